package org.rpt4j.core.task;

import org.rpt4j.api.TokenScores;

/**
 * A document with the proxy's scores of its positions.
 *
 * @param document document with T tokens
 * @param scores scores, [T]; at least index 0 is not scored
 * @since 0.1.0
 */
public record ScoredDocument(TokenizedDocument document, TokenScores scores) {

    public ScoredDocument {
        if (document.length() != scores.length()) {
            throw new IllegalArgumentException("document " + document.id() + " has " + document.length()
                    + " tokens but " + scores.length() + " scores");
        }
    }
}
