package org.rpt4j.api;

import java.util.ArrayList;
import java.util.List;

/**
 * A ragged batch of completions in which every prompt is stored once, however many completions it has: the shape that lets
 * a backend compute a shared prompt once. Flat arrays and offsets, no padding.
 *
 * <p>With P prompts, N completions, group {@code g} has the prompt {@code promptTokens[promptOffsets[g] ..
 * promptOffsets[g+1])} and the completions {@code groupOffsets[g] .. groupOffsets[g+1]}; completion {@code c} has the
 * tokens {@code completionTokens[completionOffsets[c] .. completionOffsets[c+1])}. Immutable by convention; the arrays are
 * not copied. Thread-safe.
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

    /** Starts a batch whose log-probabilities are those of softmax(logits / temperature); temperature is positive. */
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

    /** Number of tokens that a backend has to compute: each prompt once plus all completions. */
    public int tokenCount() {
        return promptTokens.length + completionTokens.length;
    }

    /** All prompts end to end. */
    public int[] promptTokens() {
        return promptTokens;
    }

    /** P + 1 offsets into {@link #promptTokens()}. */
    public int[] promptOffsets() {
        return promptOffsets;
    }

    /** All completions end to end, group by group. */
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

    /** What the logits are divided by; positive. */
    public double temperature() {
        return temperature;
    }

    /** Collects groups; not thread-safe. */
    public static final class Builder {

        private record Entry(int[] prompt, List<int[]> completions) {}

        private final List<Entry> entries = new ArrayList<>();
        private final double temperature;

        private Builder(double temperature) {
            if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("temperature is " + temperature + ", must be positive and finite");
            }
            this.temperature = temperature;
        }

        /** Adds a prompt of at least one token with its completions of at least one token each. */
        public Builder add(int[] prompt, List<int[]> completions) {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("prompt " + entries.size() + " of the batch is empty");
            }
            for (int[] completion : completions) {
                if (completion.length == 0) {
                    throw new IllegalArgumentException("a completion of prompt " + entries.size() + " is empty");
                }
            }
            entries.add(new Entry(prompt, List.copyOf(completions)));
            return this;
        }

        /** Adds a group with all its rollouts. */
        public Builder add(RolloutGroup group) {
            return add(
                    group.prompt().tokens(),
                    group.rollouts().stream().map(Rollout::tokens).toList());
        }

        /** The batch of everything added. */
        public TokenBatch build() {
            List<int[]> prompts = entries.stream().map(Entry::prompt).toList();
            List<int[]> completions =
                    entries.stream().flatMap(e -> e.completions().stream()).toList();
            int[] groupOffsets = new int[entries.size() + 1];
            for (int g = 0; g < entries.size(); g++) {
                groupOffsets[g + 1] =
                        groupOffsets[g] + entries.get(g).completions().size();
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
                offsets[i + 1] = Math.addExact(offsets[i], parts.get(i).length);
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
