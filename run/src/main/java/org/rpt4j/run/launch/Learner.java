package org.rpt4j.run.launch;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;

/**
 * The policy that learns, and what it learns with. Whoever opened them closes them.
 *
 * @param policy learns
 * @param reference what a KL penalty compares it with; null without one
 * @param optimizer changes its weights
 * @param verifier judges its rollouts
 */
record Learner(TrainablePolicy policy, @Nullable Reference reference, Optimizer optimizer, RewardVerifier verifier) {}
