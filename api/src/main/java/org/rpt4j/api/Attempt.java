package org.rpt4j.api;

import java.util.Objects;

/**
 * One rollout for a task, ready to be judged.
 *
 * @param task the prediction task
 * @param prompt the prompt that the rollout was sampled from: a reward that asks the policy about the rollout needs its
 *     tokens
 * @param rollout the rollout that the policy sampled
 * @param prediction the prediction extracted from the rollout
 * @since 0.1.0
 */
public record Attempt(PredictionTask task, Prompt prompt, Rollout rollout, Prediction prediction) {

    public Attempt {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(prediction, "prediction");
    }
}
