package org.rpt4j.core.corpus;

/**
 * Where one document of a plain text file ends and the next begins.
 *
 * @since 0.1.0
 */
public enum TextSplitting {
    /**
     * A line that contains only {@link CorpusOptions#separator()} ends a document. A file without such a line is one
     * document.
     */
    SEPARATOR_LINE,
    /**
     * Blank lines end a block, and blocks are joined with their blank lines until a document has
     * {@link CorpusOptions#minimumCharacters()}.
     */
    BLANK_LINES,
    /** The file is one document. */
    WHOLE_FILE
}
