package org.rpt4j.core.corpus;

/** Where one document of a plain text file ends and the next begins. */
public enum TextSplitting {
    /**
     * A line that holds nothing but the separator of {@link CorpusOptions#separator()} ends a document. A file without
     * such a line is one document.
     */
    SEPARATOR_LINE,
    /**
     * A run of blank lines ends a block, and blocks are joined, blank lines included, until a document has
     * {@link CorpusOptions#minimumCharacters()}.
     */
    BLANK_LINES,
    /** The file is one document. */
    WHOLE_FILE
}
