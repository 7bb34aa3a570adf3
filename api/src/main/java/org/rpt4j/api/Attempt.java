package org.rpt4j.api;

/**
 * One rollout at a task, ready to be judged.
 *
 * @param task what was to be predicted
 * @param rollout what the policy sampled
 * @param prediction what was extracted from it
 */
public record Attempt(PredictionTask task, Rollout rollout, Prediction prediction) {}
