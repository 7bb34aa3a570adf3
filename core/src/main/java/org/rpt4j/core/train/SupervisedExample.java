package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;

/**
 * Text to learn token by token: one prompt and what may follow it. Several completions of one prompt, such as several
 * thoughts about one context, share its computation.
 *
 * @param prompt ids that are given and not learned, at least one; not copied
 * @param completions ids that are learned, at least one completion of at least one token; the arrays are not copied
 */
public record SupervisedExample(int[] prompt, List<int[]> completions) {

    public SupervisedExample {
        completions = List.copyOf(completions);
        if (prompt.length == 0 || completions.isEmpty() || completions.stream().anyMatch(c -> c.length == 0)) {
            throw new IllegalArgumentException("an example needs a token in the prompt and one in every completion,"
                    + " got " + prompt.length + " and "
                    + completions.stream().map(completion -> completion.length).toList());
        }
    }

    /** A prompt with a single completion. */
    public SupervisedExample(int[] prompt, int[] completion) {
        this(prompt, List.of(completion));
    }

    /** A document of at least two tokens: all but the first, which has no context, are learned. */
    public static SupervisedExample document(int[] tokens) {
        if (tokens.length < 2) {
            throw new IllegalArgumentException("a document needs at least two tokens, got " + tokens.length);
        }
        return new SupervisedExample(Arrays.copyOf(tokens, 1), Arrays.copyOfRange(tokens, 1, tokens.length));
    }

    /** Tokens that are learned. */
    public int learnedTokenCount() {
        return completions.stream().mapToInt(completion -> completion.length).sum();
    }

    /** Tokens that a backend has to compute: the prompt once. */
    public int tokenCount() {
        return prompt.length + learnedTokenCount();
    }

    /** Tokens of the prompt with its longest completion, which have to fit into the context window. */
    public int longestSequence() {
        return prompt.length
                + completions.stream()
                        .mapToInt(completion -> completion.length)
                        .max()
                        .orElse(0);
    }
}
