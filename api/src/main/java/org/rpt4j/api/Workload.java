package org.rpt4j.api;

/**
 * The largest call of one kind that a run makes, as far as memory depends on it: how many prompts, with how many
 * completions each, and how long they are at most.
 *
 * @param operation the kind: {@link Capability#GENERATE} is one {@link Policy#generate}, {@link Capability#LOG_PROBS}
 *     one {@link Policy#logProbs}, {@link Capability#TRAIN} one {@link TrainablePolicy#forward} with its backward pass
 *     and the step of the optimizer, {@link Capability#SCORE} one {@link ProxyScorer#score}, of which each prompt is a
 *     sequence
 * @param prompts prompts of the call
 * @param completions completions of each prompt; 0 for {@link Capability#SCORE}
 * @param promptTokens tokens of a prompt
 * @param completionTokens tokens of a completion
 */
public record Workload(Capability operation, int prompts, int completions, int promptTokens, int completionTokens) {

    public Workload {
        requireAtLeast("prompts", prompts, 1);
        requireAtLeast("completions", completions, operation == Capability.SCORE ? 0 : 1);
        requireAtLeast("promptTokens", promptTokens, 1);
        requireAtLeast("completionTokens", completionTokens, 0);
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + ", must be at least " + least);
        }
    }

    /** Sequences of the call: the completions, or the prompts that have none. */
    public long sequences() {
        return (long) prompts * Math.max(1, completions);
    }

    /** Tokens of the call, a prompt counted once for its completions. */
    public long tokens() {
        return prompts * (promptTokens + (long) completions * completionTokens);
    }

    /** Tokens of the call whose probability is asked for: those of completions, or of sequences to score. */
    public long predictedTokens() {
        return operation == Capability.SCORE
                ? (long) prompts * promptTokens
                : (long) prompts * completions * completionTokens;
    }
}
