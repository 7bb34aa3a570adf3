package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text to learn token by token: one prompt and its completions. Several completions of one prompt, such as several
 * thoughts about one context, share the prompt's computation. Immutable by convention: the arrays are not copied, so do
 * not modify them.
 *
 * @since 0.1.0
 */
public final class SupervisedExample {

    private final int[] prompt;
    private final List<int[]> completions;

    /**
     * Wraps the arrays without copying them.
     *
     * @param prompt token ids that are given and not learned, at least one
     * @param completions token ids that are learned, at least one completion of at least one token
     * @throws IllegalArgumentException if the prompt, the list or a completion is empty
     */
    public SupervisedExample(int[] prompt, List<int[]> completions) {
        completions = List.copyOf(completions);
        if (prompt.length == 0 || completions.isEmpty() || completions.stream().anyMatch(c -> c.length == 0)) {
            throw new IllegalArgumentException("an example needs a token in the prompt and one in every completion,"
                    + " got " + prompt.length + " and "
                    + completions.stream().map(completion -> completion.length).toList());
        }
        this.prompt = prompt;
        this.completions = completions;
    }

    /** Token ids that are given and not learned, at least one. */
    public int[] prompt() {
        return prompt;
    }

    /** Token ids that are learned, at least one completion of at least one token. */
    public List<int[]> completions() {
        return completions;
    }

    /** A prompt with a single completion. */
    public SupervisedExample(int[] prompt, int[] completion) {
        this(prompt, List.of(completion));
    }

    /** A document of at least two tokens. All but the first, which has no context, are learned. */
    public static SupervisedExample document(int[] tokens) {
        if (tokens.length < 2) {
            throw new IllegalArgumentException("a document needs at least two tokens, got " + tokens.length);
        }
        return new SupervisedExample(Arrays.copyOf(tokens, 1), Arrays.copyOfRange(tokens, 1, tokens.length));
    }

    /** Number of learned tokens. */
    public int learnedTokenCount() {
        return completions.stream().mapToInt(completion -> completion.length).sum();
    }

    /** Number of tokens that a backend computes, with the prompt once. */
    public int tokenCount() {
        return prompt.length + learnedTokenCount();
    }

    /** Number of tokens of the prompt with its longest completion, which must fit into the context window. */
    public int longestSequence() {
        return prompt.length
                + completions.stream()
                        .mapToInt(completion -> completion.length)
                        .max()
                        .orElse(0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SupervisedExample that
                && Arrays.equals(prompt, that.prompt)
                && Arrays.deepEquals(completions.toArray(), that.completions.toArray());
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(prompt), Arrays.deepHashCode(completions.toArray()));
    }

    @Override
    public String toString() {
        return "SupervisedExample[" + prompt.length + " prompt tokens, " + completions.size() + " completions of "
                + learnedTokenCount() + " tokens]";
    }
}
