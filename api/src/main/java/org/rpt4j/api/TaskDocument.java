package org.rpt4j.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A document from which a {@link TaskKind} makes tasks. Immutable by convention: the array is not copied, so do not
 * modify it.
 *
 * @since 0.1.0
 */
public final class TaskDocument {

    private final String id;
    private final int[] tokens;
    private final int firstTarget;
    private final List<ScoredPosition> positions;

    /**
     * Wraps the array without copying it.
     *
     * @param id id of the document
     * @param tokens token ids; tokens at the end that no task needs may be missing
     * @param firstTarget first token that may be predicted; those before it are context
     * @param positions in order, possibly none
     * @throws IllegalArgumentException if {@code firstTarget} is out of bounds, or the positions do not increase from 1
     *     or are out of bounds
     */
    public TaskDocument(String id, int[] tokens, int firstTarget, List<ScoredPosition> positions) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tokens, "tokens");
        positions = List.copyOf(positions);
        if (firstTarget < 0 || firstTarget > tokens.length) {
            throw new IllegalArgumentException(
                    "firstTarget is " + firstTarget + " in document " + id + " of " + tokens.length + " tokens");
        }
        int last = 0;
        for (ScoredPosition position : positions) {
            if (position.index() <= last || position.index() >= tokens.length) {
                throw new IllegalArgumentException("position " + position.index() + " of document " + id + " follows "
                        + last + " among " + tokens.length + " tokens; positions increase from 1");
            }
            last = position.index();
        }
        this.id = id;
        this.tokens = tokens;
        this.firstTarget = firstTarget;
        this.positions = positions;
    }

    /** Id of the document. */
    public String id() {
        return id;
    }

    /** Token ids; tokens at the end that no task needs may be missing. */
    public int[] tokens() {
        return tokens;
    }

    /** First token that may be predicted; those before it are context. */
    public int firstTarget() {
        return firstTarget;
    }

    /** The hard positions in order, possibly none; always none for a kind of tasks that needs no scores. */
    public List<ScoredPosition> positions() {
        return positions;
    }

    /**
     * The id of a task of this document, which depends only on the document's id and the position.
     *
     * @param position index of the first token to predict
     */
    public long taskId(int position) {
        return taskId(id, position);
    }

    /** The id of a task, which depends only on its document and position. */
    public static long taskId(String documentId, int position) {
        return taskIds(documentId).applyAsLong(position);
    }

    /** The ids of the tasks of a document by their positions, for many of them: the document's id is hashed once. */
    public static IntToLongFunction taskIds(String documentId) {
        long document = CounterRandom.bits(documentId);
        return position -> CounterRandom.bits(document, position);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskDocument that
                && firstTarget == that.firstTarget
                && id.equals(that.id)
                && Arrays.equals(tokens, that.tokens)
                && positions.equals(that.positions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, Arrays.hashCode(tokens), firstTarget, positions);
    }

    @Override
    public String toString() {
        return "TaskDocument[" + id + ", " + tokens.length + " tokens, " + positions.size() + " positions]";
    }
}
