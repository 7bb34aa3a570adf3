package org.rpt4j.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A ragged batch of completions that stores every prompt once, however many completions it has, so that a backend can
 * compute a shared prompt once. Flat arrays and offsets, no padding.
 *
 * <p>With P prompts, N completions, group {@code g} has the prompt {@code promptTokens[promptOffsets[g] ..
 * promptOffsets[g+1])} and the completions {@code groupOffsets[g] .. groupOffsets[g+1]}; completion {@code c} has the
 * tokens {@code completionTokens[completionOffsets[c] .. completionOffsets[c+1])}. Immutable by convention: the arrays
 * are not copied, so do not modify them. Equal if all arrays and the temperature are. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TokenBatch {

    private final int[] promptTokens;
    private final int[] promptOffsets;
    private final int[] completionTokens;
    private final int[] completionOffsets;
    private final int[] groupOffsets;
    private final double temperature;

    private TokenBatch(
            int[] promptTokens,
            int[] promptOffsets,
            int[] completionTokens,
            int[] completionOffsets,
            int[] groupOffsets,
            double temperature) {
        this.promptTokens = promptTokens;
        this.promptOffsets = promptOffsets;
        this.completionTokens = completionTokens;
        this.completionOffsets = completionOffsets;
        this.groupOffsets = groupOffsets;
        this.temperature = temperature;
    }

    /**
     * Starts a batch whose log-probabilities are those of softmax(logits / temperature); the temperature must be
     * positive.
     */
    public static Builder builder(double temperature) {
        return new Builder(temperature);
    }

    /** Number of prompts, P. */
    public int promptCount() {
        return groupOffsets.length - 1;
    }

    /** Number of completions, N. */
    public int completionCount() {
        return completionOffsets.length - 1;
    }

    /** Number of completion tokens, the length of every {@link TokenValues} of this batch. */
    public int completionTokenCount() {
        return completionTokens.length;
    }

    /** Number of tokens that a backend computes: each prompt once plus all completions. */
    public int tokenCount() {
        return promptTokens.length + completionTokens.length;
    }

    /** All prompts, concatenated. */
    public int[] promptTokens() {
        return promptTokens;
    }

    /** P + 1 offsets into {@link #promptTokens()}. */
    public int[] promptOffsets() {
        return promptOffsets;
    }

    /** All completions, concatenated group by group. */
    public int[] completionTokens() {
        return completionTokens;
    }

    /** N + 1 offsets into {@link #completionTokens()}. */
    public int[] completionOffsets() {
        return completionOffsets;
    }

    /** P + 1 offsets into the completions. */
    public int[] groupOffsets() {
        return groupOffsets;
    }

    /** The divisor of the logits; positive. */
    public double temperature() {
        return temperature;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenBatch that
                && Double.compare(temperature, that.temperature) == 0
                && Arrays.equals(groupOffsets, that.groupOffsets)
                && Arrays.equals(promptOffsets, that.promptOffsets)
                && Arrays.equals(completionOffsets, that.completionOffsets)
                && Arrays.equals(promptTokens, that.promptTokens)
                && Arrays.equals(completionTokens, that.completionTokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                temperature,
                Arrays.hashCode(groupOffsets),
                Arrays.hashCode(promptOffsets),
                Arrays.hashCode(completionOffsets),
                Arrays.hashCode(promptTokens),
                Arrays.hashCode(completionTokens));
    }

    @Override
    public String toString() {
        return "TokenBatch[" + promptCount() + " prompts, " + completionCount() + " completions, " + tokenCount()
                + " tokens, temperature " + temperature + "]";
    }

    /** Collects groups; not thread-safe. */
    public static final class Builder {

        /** The largest array that every JVM can have. */
        private static final int MOST_TOKENS = Integer.MAX_VALUE - 8;

        private final List<int[]> prompts = new ArrayList<>();
        private final List<int[]> completions = new ArrayList<>();
        private final List<Integer> groupEnds = new ArrayList<>();
        private final double temperature;
        private long tokens;

        private Builder(double temperature) {
            if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("temperature is " + temperature + ", must be positive and finite");
            }
            this.temperature = temperature;
        }

        /**
         * Adds a prompt of at least one token with its completions of at least one token each.
         *
         * @throws IllegalArgumentException if one is empty, or the batch has more tokens than an array can hold
         */
        public Builder add(int[] prompt, List<int[]> completions) {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("prompt " + prompts.size() + " of the batch is empty");
            }
            for (int[] completion : completions) {
                if (completion.length == 0) {
                    throw new IllegalArgumentException("a completion of prompt " + prompts.size() + " is empty");
                }
            }
            long more = prompt.length;
            for (int[] completion : completions) {
                more += completion.length;
            }
            if (tokens + more > MOST_TOKENS) {
                throw new IllegalArgumentException(
                        "prompt " + prompts.size() + " of the batch and its completions have "
                                + more + " tokens beside the " + tokens + " already there, together more than the "
                                + MOST_TOKENS + " of one batch. Split the batch.");
            }
            tokens += more;
            this.prompts.add(prompt);
            this.completions.addAll(completions);
            this.groupEnds.add(this.completions.size());
            return this;
        }

        /** Adds a group with all its rollouts. */
        public Builder add(RolloutGroup group) {
            return add(
                    group.prompt().tokens(),
                    group.rollouts().stream().map(Rollout::tokens).toList());
        }

        /** Builds the batch. */
        public TokenBatch build() {
            int[] groupOffsets = new int[prompts.size() + 1];
            for (int g = 0; g < prompts.size(); g++) {
                groupOffsets[g + 1] = groupEnds.get(g);
            }
            return new TokenBatch(
                    concatenate(prompts),
                    offsets(prompts),
                    concatenate(completions),
                    offsets(completions),
                    groupOffsets,
                    temperature);
        }

        private static int[] offsets(List<int[]> parts) {
            int[] offsets = new int[parts.size() + 1];
            for (int i = 0; i < parts.size(); i++) {
                offsets[i + 1] = offsets[i] + parts.get(i).length;
            }
            return offsets;
        }

        private static int[] concatenate(List<int[]> parts) {
            int[] offsets = offsets(parts);
            int[] all = new int[offsets[parts.size()]];
            for (int i = 0; i < parts.size(); i++) {
                System.arraycopy(parts.get(i), 0, all, offsets[i], parts.get(i).length);
            }
            return all;
        }
    }
}
