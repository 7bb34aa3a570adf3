package org.rpt4j.api;

/**
 * One rollout for a task, ready to be judged.
 *
 * @param task the prediction task
 * @param rollout the rollout that the policy sampled
 * @param prediction the prediction extracted from the rollout
 * @since 0.1.0
 */
public record Attempt(PredictionTask task, Rollout rollout, Prediction prediction) {}
