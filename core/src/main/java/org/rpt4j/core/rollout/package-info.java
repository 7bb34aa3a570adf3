/**
 * For applications, and for training and evaluation: from a task to graded rollouts.
 * {@link org.rpt4j.core.rollout.RolloutPhase} samples a group of rollouts per task, and
 * {@link org.rpt4j.core.rollout.Grader} extracts their predictions and has the verifier judge them.
 */
@NullMarked
package org.rpt4j.core.rollout;

import org.jspecify.annotations.NullMarked;
