package org.rpt4j.api;

/**
 * The size of the largest call of one kind that a run makes, which determines its memory: the number of prompts, the
 * completions of each, and their maximum lengths.
 *
 * @param operation the kind of call: {@link Capability#GENERATE} is one {@link Policy#generate},
 *     {@link Capability#LOG_PROBS} one {@link Policy#logProbs}, {@link Capability#TRAIN} one
 *     {@link TrainablePolicy#forward} with its backward pass and optimizer step, {@link Capability#SCORE} one
 *     {@link ProxyScorer#score}, where each prompt is a sequence; whether training is that of an adapter is a matter of
 *     the source
 * @param prompts number of prompts
 * @param completions completions per prompt; 0 for {@link Capability#SCORE}
 * @param promptTokens tokens per prompt
 * @param completionTokens tokens per completion
 * @since 0.1.0
 */
public record Workload(Capability operation, int prompts, int completions, int promptTokens, int completionTokens) {

    private static final long MOST_TOKENS = 1L << 40;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the operation is {@link Capability#ADAPT}, {@link Capability#DECODE} or {@link
     *     Capability#GRADIENTS}, if a number is too small, or together they are more than 2^40 tokens, which no machine
     *     holds; what follows from fewer fits a {@code long}
     */
    public Workload {
        if (operation == Capability.ADAPT) {
            throw new IllegalArgumentException(
                    "operation is ADAPT, which is no call of its own: use TRAIN, and name the"
                            + " adapter in the source");
        }
        if (operation == Capability.DECODE) {
            throw new IllegalArgumentException(
                    "operation is DECODE, which is no call of its own: use GENERATE with one completion per session");
        }
        if (operation == Capability.GRADIENTS) {
            throw new IllegalArgumentException("operation is GRADIENTS, which is no call of its own: use TRAIN");
        }
        requireAtLeast("prompts", prompts, 1);
        requireAtLeast("completions", completions, operation == Capability.SCORE ? 0 : 1);
        requireAtLeast("promptTokens", promptTokens, 1);
        requireAtLeast("completionTokens", completionTokens, 0);
        // Each of the two products fits a long for all ints; the third factor may not.
        if (promptTokens + (long) completions * completionTokens > MOST_TOKENS / prompts) {
            throw new IllegalArgumentException("prompts " + prompts + ", completions " + completions
                    + ", promptTokens " + promptTokens + " and completionTokens " + completionTokens
                    + " are more than the " + MOST_TOKENS + " tokens of one call. Lower one of them.");
        }
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + ", must be at least " + least);
        }
    }

    /** Number of sequences: the completions, or the prompts if there are none. */
    public long sequences() {
        return (long) prompts * Math.max(1, completions);
    }

    /** Number of tokens, counting a prompt once for all its completions. */
    public long tokens() {
        return prompts * (promptTokens + (long) completions * completionTokens);
    }

    /** Number of tokens whose probability is computed: those of the completions, or of the sequences to score. */
    public long predictedTokens() {
        return operation == Capability.SCORE
                ? (long) prompts * promptTokens
                : (long) prompts * completions * completionTokens;
    }
}
