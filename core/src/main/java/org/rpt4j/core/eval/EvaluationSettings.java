package org.rpt4j.core.eval;

import java.util.List;
import org.rpt4j.api.SamplingOptions;

/**
 * Settings of {@link Evaluator}.
 *
 * @param sampling how thoughts are sampled: the group size is the number of samples per task; temperature 0 is greedy
 * @param passAt the k of pass@k, each 1 to the number of samples; may be empty
 * @param tasksPerChunk tasks that are handed to the policy together; changes memory and progress, never the result
 */
public record EvaluationSettings(SamplingOptions sampling, List<Integer> passAt, int tasksPerChunk) {

    public EvaluationSettings {
        passAt = List.copyOf(passAt);
        int samples = sampling.groupSize();
        if (samples > 1 && sampling.temperature() == 0) {
            throw new IllegalArgumentException(
                    samples + " samples at temperature 0 are all the same. Sample one, or raise the temperature.");
        }
        if (passAt.stream().anyMatch(k -> k < 1 || k > samples)) {
            throw new IllegalArgumentException(
                    "passAt is " + passAt + ", every k must be between 1 and the " + samples + " samples");
        }
        if (tasksPerChunk < 1) {
            throw new IllegalArgumentException("tasksPerChunk is " + tasksPerChunk + ", must be positive");
        }
    }

    /** One greedy completion of at most {@code maxTokens} tokens per task, 64 tasks at a time. */
    public static EvaluationSettings greedy(int maxTokens) {
        return new EvaluationSettings(SamplingOptions.greedy(maxTokens), List.of(), 64);
    }

    /** Several samples per task, with pass@1 and pass@samples, 64 tasks at a time. */
    public static EvaluationSettings sampled(int samples, double temperature, int maxTokens) {
        SamplingOptions sampling =
                SamplingOptions.greedy(maxTokens).withGroupSize(samples).withTemperature(temperature);
        return new EvaluationSettings(sampling, samples == 1 ? List.of(1) : List.of(1, samples), 64);
    }

    public EvaluationSettings withSampling(SamplingOptions options) {
        return new EvaluationSettings(options, passAt, tasksPerChunk);
    }

    public EvaluationSettings withPassAt(List<Integer> ks) {
        return new EvaluationSettings(sampling, ks, tasksPerChunk);
    }

    public EvaluationSettings withTasksPerChunk(int tasks) {
        return new EvaluationSettings(sampling, passAt, tasks);
    }
}
