/**
 * For applications, and for training and evaluation: from a task to judged rollouts. {@link
 * org.rpt4j.core.rollout.RolloutPhase} asks a policy for a group of rollouts per task, {@link
 * org.rpt4j.core.rollout.Grader} finds the predictions in them and asks the verifier.
 */
@NullMarked
package org.rpt4j.core.rollout;

import org.jspecify.annotations.NullMarked;
