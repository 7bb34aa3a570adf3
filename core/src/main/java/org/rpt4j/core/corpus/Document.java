package org.rpt4j.core.corpus;

import java.util.Locale;

/**
 * One text of a corpus. Positions of one document are correlated, so the held-out split and similar choices are made
 * per document.
 *
 * @param id id that is stable between runs: {@code <file name>#<line or number>}, counted from 1
 * @param text the text, complete; may be empty
 * @param targetsFrom index of the first character that may be predicted, 0 for all; the text before it is context
 * @since 0.1.0
 */
public record Document(String id, String text, int targetsFrom) {

    public Document {
        if (id.isBlank()) {
            throw new IllegalArgumentException("id is blank; every document needs an id");
        }
        if (targetsFrom < 0 || targetsFrom > text.length()) {
            throw new IllegalArgumentException(
                    "targetsFrom is " + targetsFrom + " in a text of " + text.length() + " characters");
        }
        if (targetsFrom > 0
                && targetsFrom < text.length()
                && Character.isSurrogatePair(text.charAt(targetsFrom - 1), text.charAt(targetsFrom))) {
            throw new IllegalArgumentException("targetsFrom is " + targetsFrom + ", inside the character U+"
                    + Integer.toHexString(text.codePointAt(targetsFrom - 1)).toUpperCase(Locale.ROOT));
        }
    }

    /** Creates a document whose tokens may all be predicted. */
    public Document(String id, String text) {
        this(id, text, 0);
    }
}
