package org.rpt4j.core.task;

/**
 * Which positions become tasks, and how much text a task carries.
 *
 * @param selector which of the eligible positions are taken
 * @param minContextTokens first position that may become a task: the first tokens of a document look hard only
 *     because little stands before them
 * @param maxPositionsPerDocument most tasks from one document, chosen pseudo-randomly among the eligible positions,
 *     since the positions of a document are correlated samples
 * @param maxContextTokens most tokens of context; older ones are cut off
 * @param continuationTokens most tokens of continuation against which a prediction is compared
 * @param seed chooses the positions
 */
public record TaskSelection(
        PositionSelector selector,
        int minContextTokens,
        int maxPositionsPerDocument,
        int maxContextTokens,
        int continuationTokens,
        long seed) {

    public TaskSelection {
        requirePositive("minContextTokens", minContextTokens);
        requirePositive("maxPositionsPerDocument", maxPositionsPerDocument);
        requirePositive("maxContextTokens", maxContextTokens);
        requirePositive("continuationTokens", continuationTokens);
    }

    /** 15 tokens of context at least and 4096 at most, 64 positions per document, 64 tokens of continuation. */
    public static TaskSelection of(PositionSelector selector) {
        return new TaskSelection(selector, 15, 64, 4096, 64, 0);
    }

    /** The positions whose entropy is at least so many nats, as in {@link #of}. */
    public static TaskSelection above(double minEntropy) {
        return of(new MinEntropy(minEntropy));
    }

    public TaskSelection withSelector(PositionSelector newSelector) {
        return new TaskSelection(
                newSelector, minContextTokens, maxPositionsPerDocument, maxContextTokens, continuationTokens, seed);
    }

    public TaskSelection withMinContextTokens(int tokens) {
        return new TaskSelection(selector, tokens, maxPositionsPerDocument, maxContextTokens, continuationTokens, seed);
    }

    public TaskSelection withMaxPositionsPerDocument(int positions) {
        return new TaskSelection(selector, minContextTokens, positions, maxContextTokens, continuationTokens, seed);
    }

    public TaskSelection withMaxContextTokens(int tokens) {
        return new TaskSelection(selector, minContextTokens, maxPositionsPerDocument, tokens, continuationTokens, seed);
    }

    public TaskSelection withContinuationTokens(int tokens) {
        return new TaskSelection(selector, minContextTokens, maxPositionsPerDocument, maxContextTokens, tokens, seed);
    }

    public TaskSelection withSeed(long newSeed) {
        return new TaskSelection(
                selector, minContextTokens, maxPositionsPerDocument, maxContextTokens, continuationTokens, newSeed);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + ", must be positive");
        }
    }
}
