package org.rpt4j.core.task;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document with those of its positions that are tasks. Immutable by convention: the array is not copied, so do not
 * modify it.
 *
 * @since 0.1.0
 */
public final class SelectedDocument {

    private final String id;
    private final int[] tokens;
    private final List<Position> positions;

    /**
     * Wraps the array without copying it.
     *
     * @param id id of the document
     * @param tokens token ids; tokens at the end that no task needs may be missing
     * @param positions in order, possibly none
     * @throws IllegalArgumentException if the positions do not increase from 1 or are out of bounds
     */
    public SelectedDocument(String id, int[] tokens, List<Position> positions) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tokens, "tokens");
        positions = List.copyOf(positions);
        int last = 0;
        for (Position position : positions) {
            if (position.index() <= last || position.index() >= tokens.length) {
                throw new IllegalArgumentException("position " + position.index() + " of document " + id + " follows "
                        + last + " among " + tokens.length + " tokens; positions increase from 1");
            }
            last = position.index();
        }
        this.id = id;
        this.tokens = tokens;
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

    /** Positions in order, possibly none. */
    public List<Position> positions() {
        return positions;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SelectedDocument that
                && id.equals(that.id)
                && Arrays.equals(tokens, that.tokens)
                && positions.equals(that.positions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, Arrays.hashCode(tokens), positions);
    }

    @Override
    public String toString() {
        return "SelectedDocument[" + id + ", " + tokens.length + " tokens, " + positions.size() + " positions]";
    }
}
