package org.rpt4j.core.task;

import java.util.List;

/**
 * A document and those of its positions that are tasks.
 *
 * @param id id of the document
 * @param tokens its token ids; those that no task needs may be missing at the end; not copied
 * @param positions in order, possibly none
 */
public record SelectedDocument(String id, int[] tokens, List<Position> positions) {

    public SelectedDocument {
        positions = List.copyOf(positions);
        int last = 0;
        for (Position position : positions) {
            if (position.index() <= last || position.index() >= tokens.length) {
                throw new IllegalArgumentException("position " + position.index() + " of document " + id + " follows "
                        + last + " among " + tokens.length + " tokens; positions increase from 1");
            }
            last = position.index();
        }
    }
}
