package org.rpt4j.core.corpus;

import java.util.List;

/**
 * How corpus files are read. The defaults: plain text is split at lines that hold only {@code <|endoftext|>}, and
 * JSON lines and Parquet have their text in the field {@code text}.
 *
 * @param splitting where documents of a plain text file end
 * @param separator the line that separates documents under {@link TextSplitting#SEPARATOR_LINE}
 * @param minimumCharacters least length of a document under {@link TextSplitting#BLANK_LINES}, the last excepted; 0
 *     makes every block a document
 * @param textFields fields of a JSON line, or columns of a Parquet file, whose strings make up the text, in this
 *     order; at least one
 * @param fieldSeparator what stands between the strings of several fields
 * @param targetFields which of several fields hold tokens to predict
 * @param maxDocumentBytes most bytes of a line and of a document: the bound on memory, also for compressed files
 * @param toleratedBadLines how many lines that are no document a pass over all files may pass over; one more ends it
 */
public record CorpusOptions(
        TextSplitting splitting,
        String separator,
        int minimumCharacters,
        List<String> textFields,
        String fieldSeparator,
        TargetFields targetFields,
        int maxDocumentBytes,
        int toleratedBadLines) {

    private static final int DEFAULT_MAX_DOCUMENT_BYTES = 1 << 26;

    /** Separator lines {@code <|endoftext|>}; the field {@code text}; 64 MiB per document; no bad line. */
    public static final CorpusOptions DEFAULTS = new CorpusOptions(
            TextSplitting.SEPARATOR_LINE,
            "<|endoftext|>",
            0,
            List.of("text"),
            "\n\n",
            TargetFields.ALL,
            DEFAULT_MAX_DOCUMENT_BYTES,
            0);

    public CorpusOptions {
        textFields = List.copyOf(textFields);
        if (separator.isBlank() || separator.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("separator is \"" + separator + "\", must be one line, not blank");
        }
        if (minimumCharacters < 0) {
            throw new IllegalArgumentException("minimumCharacters is " + minimumCharacters + ", must not be negative");
        }
        if (textFields.isEmpty()) {
            throw new IllegalArgumentException("textFields is empty; name the field that holds the text");
        }
        if (maxDocumentBytes < 1) {
            throw new IllegalArgumentException("maxDocumentBytes is " + maxDocumentBytes + ", must be positive");
        }
        if (toleratedBadLines < 0) {
            throw new IllegalArgumentException("toleratedBadLines is " + toleratedBadLines + ", must not be negative");
        }
    }

    /** The same with other borders between the documents of a plain text file. */
    public CorpusOptions withSplitting(TextSplitting newSplitting) {
        return new CorpusOptions(
                newSplitting,
                separator,
                minimumCharacters,
                textFields,
                fieldSeparator,
                targetFields,
                maxDocumentBytes,
                toleratedBadLines);
    }

    /** Splits plain text at blank lines into documents of at least so many characters. */
    public CorpusOptions withBlankLines(int newMinimumCharacters) {
        return new CorpusOptions(
                TextSplitting.BLANK_LINES,
                separator,
                newMinimumCharacters,
                textFields,
                fieldSeparator,
                targetFields,
                maxDocumentBytes,
                toleratedBadLines);
    }

    /** Takes the text from one field. */
    public CorpusOptions withTextField(String field) {
        return withTextFields(field);
    }

    /** Joins the text from several fields, such as a problem and its solution. */
    public CorpusOptions withTextFields(String... fields) {
        return new CorpusOptions(
                splitting,
                separator,
                minimumCharacters,
                List.of(fields),
                fieldSeparator,
                targetFields,
                maxDocumentBytes,
                toleratedBadLines);
    }

    /** Puts another text between the strings of several fields. */
    public CorpusOptions withFieldSeparator(String newSeparator) {
        return new CorpusOptions(
                splitting,
                separator,
                minimumCharacters,
                textFields,
                newSeparator,
                targetFields,
                maxDocumentBytes,
                toleratedBadLines);
    }

    /** Takes tokens to predict from all fields, or from the last one only. */
    public CorpusOptions withTargetFields(TargetFields newTargetFields) {
        return new CorpusOptions(
                splitting,
                separator,
                minimumCharacters,
                textFields,
                fieldSeparator,
                newTargetFields,
                maxDocumentBytes,
                toleratedBadLines);
    }

    /** The same with another bound on the length of a document. */
    public CorpusOptions withMaxDocumentBytes(int bytes) {
        return new CorpusOptions(
                splitting,
                separator,
                minimumCharacters,
                textFields,
                fieldSeparator,
                targetFields,
                bytes,
                toleratedBadLines);
    }

    /** Passes over so many bad lines, each of which the pass reports. */
    public CorpusOptions withToleratedBadLines(int lines) {
        return new CorpusOptions(
                splitting,
                separator,
                minimumCharacters,
                textFields,
                fieldSeparator,
                targetFields,
                maxDocumentBytes,
                lines);
    }

    /** The document that the strings of the text fields make. */
    Document join(String id, List<String> parts) {
        String text = String.join(fieldSeparator, parts);
        int last = text.length() - parts.get(parts.size() - 1).length();
        return new Document(id, text, targetFields == TargetFields.LAST ? last : 0);
    }
}
