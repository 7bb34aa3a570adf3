package org.rpt4j.api;

import java.util.Set;

/**
 * How to sample.
 *
 * @param groupSize rollouts per prompt, G
 * @param temperature divides the logits; 0 is greedy decoding, whose log-probabilities are those at temperature 1
 * @param maxTokens most tokens per completion
 * @param stopTokens token ids that end a completion, as its last token
 * @param stopCondition ends a completion at a place that depends on what was sampled
 * @param seed first word of the random key
 * @param step second word of the random key: the training step, or any number that tells calls apart
 */
public record SamplingOptions(
        int groupSize,
        double temperature,
        int maxTokens,
        Set<Integer> stopTokens,
        StopCondition stopCondition,
        long seed,
        long step) {

    public SamplingOptions {
        if (groupSize < 1) {
            throw new IllegalArgumentException("groupSize is " + groupSize + ", must be positive");
        }
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature is " + temperature + ", must be finite and not negative");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + ", must be positive");
        }
        stopTokens = Set.copyOf(stopTokens);
    }

    /** Greedy decoding of one completion per prompt. */
    public static SamplingOptions greedy(int maxTokens) {
        return new SamplingOptions(1, 0, maxTokens, Set.of(), StopCondition.NEVER, 0, 0);
    }

    /** The temperature at which log-probabilities are taken: 1 for greedy decoding. */
    public double logProbTemperature() {
        return temperature == 0 ? 1 : temperature;
    }

    public SamplingOptions withGroupSize(int size) {
        return new SamplingOptions(size, temperature, maxTokens, stopTokens, stopCondition, seed, step);
    }

    public SamplingOptions withTemperature(double newTemperature) {
        return new SamplingOptions(groupSize, newTemperature, maxTokens, stopTokens, stopCondition, seed, step);
    }

    public SamplingOptions withMaxTokens(int tokens) {
        return new SamplingOptions(groupSize, temperature, tokens, stopTokens, stopCondition, seed, step);
    }

    public SamplingOptions withStop(Set<Integer> tokens, StopCondition condition) {
        return new SamplingOptions(groupSize, temperature, maxTokens, tokens, condition, seed, step);
    }

    public SamplingOptions withKey(long newSeed, long newStep) {
        return new SamplingOptions(groupSize, temperature, maxTokens, stopTokens, stopCondition, newSeed, newStep);
    }
}
