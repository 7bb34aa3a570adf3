package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Settings of {@link SupervisedTrainer}.
 *
 * @param steps number of the step to stop before, counted from 0; see {@link SupervisedBatches#stepsIn} for epochs
 * @param startStep number of the first step of this run
 * @param tokensPerStep tokens, prompts included, of one optimizer step; an example that is longer is a step of its own
 * @param microBatchTokens tokens of one forward pass; an example that is longer is a pass of its own
 * @param schedule learning rate
 * @param seed keys the order of the examples
 * @param maxSkippedSteps updates that may be skipped in a run because something was not finite; one more ends it
 */
public record SupervisedSettings(
        long steps,
        long startStep,
        int tokensPerStep,
        int microBatchTokens,
        LearningRateSchedule schedule,
        long seed,
        int maxSkippedSteps) {

    public SupervisedSettings {
        List<String> errors = new ArrayList<>();
        require(errors, startStep >= 0, "startStep is " + startStep + ", must not be negative");
        require(errors, steps >= startStep, "steps is " + steps + ", must be at least startStep, " + startStep);
        require(errors, tokensPerStep >= 1, "tokensPerStep is " + tokensPerStep + ", must be positive");
        require(errors, microBatchTokens >= 1, "microBatchTokens is " + microBatchTokens + ", must be positive");
        require(errors, maxSkippedSteps >= 0, "maxSkippedSteps is " + maxSkippedSteps + ", must not be negative");
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", errors));
        }
    }

    /** A run from step 0 with seed 0, one pass per step and at most 10 skipped steps. */
    public static SupervisedSettings of(long steps, int tokensPerStep, LearningRateSchedule schedule) {
        return new SupervisedSettings(steps, 0, tokensPerStep, tokensPerStep, schedule, 0, 10);
    }

    public SupervisedSettings withStartStep(long step) {
        return new SupervisedSettings(steps, step, tokensPerStep, microBatchTokens, schedule, seed, maxSkippedSteps);
    }

    public SupervisedSettings withMicroBatchTokens(int tokens) {
        return new SupervisedSettings(steps, startStep, tokensPerStep, tokens, schedule, seed, maxSkippedSteps);
    }

    public SupervisedSettings withSeed(long newSeed) {
        return new SupervisedSettings(
                steps, startStep, tokensPerStep, microBatchTokens, schedule, newSeed, maxSkippedSteps);
    }

    public SupervisedSettings withMaxSkippedSteps(int skipped) {
        return new SupervisedSettings(steps, startStep, tokensPerStep, microBatchTokens, schedule, seed, skipped);
    }

    private static void require(List<String> errors, boolean holds, String error) {
        if (!holds) {
            errors.add(error);
        }
    }
}
