package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;

/**
 * Settings of {@link RptTrainer}. A step is measured in groups; everything else follows.
 *
 * @param steps number of the step to stop before, counted from 0: a run of N steps is k steps, then N - k with
 *     {@code startStep} k
 * @param startStep number of the first step of this run
 * @param promptsPerStep groups per step
 * @param sampling group size G, temperature, most completion tokens L_max, stops and seed; its step is set by the
 *     trainer
 * @param objective what to optimise
 * @param updatesPerBatch optimizer steps on the same rollouts; 1 is exactly on-policy
 * @param schedule learning rate; null leaves it to the optimizer, whose own warm-up must be 0 otherwise
 * @param microBatchTokens tokens (each prompt once, plus completions) to compute in one forward pass. A prompt with a
 *     single completion is never split, so the largest pass may exceed it and is reported.
 * @param truncation what becomes of truncated completions
 * @param dynamicSampling whether groups that teach nothing are replaced
 * @param maxSkippedSteps updates that may be skipped in a run because something was not finite; one more ends it
 * @param logProbGapLimit most difference, in nats, between the sampler's log-probability of a token and the trainer's
 *     before the first update on it: 1e-4 for single precision, about 0.05 for bfloat16
 */
public record RptSettings(
        long steps,
        long startStep,
        int promptsPerStep,
        SamplingOptions sampling,
        Objective objective,
        int updatesPerBatch,
        @Nullable LearningRateSchedule schedule,
        int microBatchTokens,
        TruncationHandling truncation,
        DynamicSampling dynamicSampling,
        int maxSkippedSteps,
        double logProbGapLimit) {

    /**
     * The paper's published settings: 1000 steps of 256 prompts, G = 8, temperature 0.8, 8192 tokens, on-policy GRPO,
     * dynamic sampling from step 500 on.
     */
    public static final RptSettings PAPER = new RptSettings(
            1000,
            0,
            256,
            SamplingOptions.greedy(8192).withGroupSize(8).withTemperature(0.8),
            Objective.GRPO,
            1,
            null,
            16384,
            TruncationHandling.KEEP,
            DynamicSampling.PAPER,
            10,
            1e-4);

    public RptSettings {
        List<String> errors = new ArrayList<>();
        require(errors, startStep >= 0, "startStep is " + startStep + ", must not be negative");
        require(errors, steps >= startStep, "steps is " + steps + ", must be at least startStep, " + startStep);
        require(errors, promptsPerStep >= 1, "promptsPerStep is " + promptsPerStep + ", must be positive");
        require(
                errors,
                sampling.groupSize() >= 2,
                "groupSize is " + sampling.groupSize() + ", must be at least 2: an advantage compares rollouts");
        require(
                errors,
                sampling.temperature() > 0,
                "temperature is 0, must be positive: greedy rollouts of a group are all the same");
        require(errors, updatesPerBatch >= 1, "updatesPerBatch is " + updatesPerBatch + ", must be positive");
        require(errors, microBatchTokens >= 1, "microBatchTokens is " + microBatchTokens + ", must be positive");
        require(errors, maxSkippedSteps >= 0, "maxSkippedSteps is " + maxSkippedSteps + ", must not be negative");
        require(errors, logProbGapLimit > 0, "logProbGapLimit is " + logProbGapLimit + ", must be positive");
        require(
                errors,
                updatesPerBatch == 1 || !objective.advantage().onPolicyOnly(),
                "updatesPerBatch is " + updatesPerBatch + ", must be 1 with objective " + objective.name()
                        + ": its baseline is derived for rollouts of the present weights");
        require(
                errors,
                dynamicSampling.maxStaleness() == 0 || !objective.advantage().onPolicyOnly(),
                "maxStaleness is " + dynamicSampling.maxStaleness() + ", must be 0 with objective " + objective.name()
                        + ": its baseline is derived for rollouts of the present weights");
        require(
                errors,
                truncation.penalty().cacheTokens() <= sampling.maxTokens(),
                "the overlong penalty covers " + truncation.penalty().cacheTokens()
                        + " tokens, more than a completion may have, " + sampling.maxTokens());
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", errors));
        }
    }

    public RptSettings withSteps(long newSteps) {
        return new RptSettings(
                newSteps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withStartStep(long step) {
        return new RptSettings(
                steps,
                step,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withPromptsPerStep(int prompts) {
        return new RptSettings(
                steps,
                startStep,
                prompts,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withSampling(SamplingOptions options) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                options,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withObjective(Objective newObjective) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                newObjective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    /** The objective and the handling of truncated completions of a preset. */
    public RptSettings withPreset(Preset preset) {
        return withObjective(preset.objective()).withTruncation(preset.truncation());
    }

    public RptSettings withUpdatesPerBatch(int updates) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updates,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withSchedule(LearningRateSchedule newSchedule) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                newSchedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withMicroBatchTokens(int tokens) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                tokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withTruncation(TruncationHandling handling) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                handling,
                dynamicSampling,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withDynamicSampling(DynamicSampling refill) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                refill,
                maxSkippedSteps,
                logProbGapLimit);
    }

    public RptSettings withMaxSkippedSteps(int skipped) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                skipped,
                logProbGapLimit);
    }

    public RptSettings withLogProbGapLimit(double nats) {
        return new RptSettings(
                steps,
                startStep,
                promptsPerStep,
                sampling,
                objective,
                updatesPerBatch,
                schedule,
                microBatchTokens,
                truncation,
                dynamicSampling,
                maxSkippedSteps,
                nats);
    }

    /** The sampling options of one step. */
    SamplingOptions samplingAt(long step) {
        return sampling.withKey(sampling.seed(), step);
    }

    private static void require(List<String> errors, boolean holds, String error) {
        if (!holds) {
            errors.add(error);
        }
    }
}
