package org.rpt4j.core.corpus;

import java.util.List;

/**
 * How a corpus file is read. The defaults: plain text is split at lines that hold only {@code <|endoftext|>}, and
 * JSON lines have their text in the field {@code text}.
 *
 * @param splitting where documents of a plain text file end
 * @param separator the line that separates documents under {@link TextSplitting#SEPARATOR_LINE}
 * @param minimumCharacters least length of a document under {@link TextSplitting#BLANK_LINES}, the last excepted; 0
 *     makes every block a document
 * @param textFields fields of a JSON line whose strings make up the text, in this order; at least one
 * @param fieldSeparator what stands between the strings of several fields
 * @param targetFields which of several fields hold tokens to predict
 */
public record CorpusOptions(
        TextSplitting splitting,
        String separator,
        int minimumCharacters,
        List<String> textFields,
        String fieldSeparator,
        TargetFields targetFields) {

    /** Separator lines {@code <|endoftext|>}; the JSON field {@code text}. */
    public static final CorpusOptions DEFAULTS =
            new CorpusOptions(
                    TextSplitting.SEPARATOR_LINE, "<|endoftext|>", 0, List.of("text"), "\n\n", TargetFields.ALL);

    public CorpusOptions {
        textFields = List.copyOf(textFields);
        if (separator.isBlank() || separator.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("separator is \"" + separator + "\", must be one line, not blank");
        }
        if (minimumCharacters < 0) {
            throw new IllegalArgumentException("minimumCharacters is " + minimumCharacters + ", must not be negative");
        }
        if (textFields.isEmpty()) {
            throw new IllegalArgumentException("textFields is empty; name the JSON field that holds the text");
        }
    }

    /** The same with other borders between the documents of a plain text file. */
    public CorpusOptions withSplitting(TextSplitting newSplitting) {
        return new CorpusOptions(
                newSplitting, separator, minimumCharacters, textFields, fieldSeparator, targetFields);
    }

    /** Splits plain text at blank lines into documents of at least so many characters. */
    public CorpusOptions withBlankLines(int newMinimumCharacters) {
        return new CorpusOptions(
                TextSplitting.BLANK_LINES, separator, newMinimumCharacters, textFields, fieldSeparator, targetFields);
    }

    /** Takes the text from one field of a JSON line. */
    public CorpusOptions withTextField(String field) {
        return withTextFields(field);
    }

    /** Joins the text from several fields of a JSON line, such as a problem and its solution. */
    public CorpusOptions withTextFields(String... fields) {
        return new CorpusOptions(
                splitting, separator, minimumCharacters, List.of(fields), fieldSeparator, targetFields);
    }

    /** Puts another text between the strings of several fields. */
    public CorpusOptions withFieldSeparator(String newSeparator) {
        return new CorpusOptions(splitting, separator, minimumCharacters, textFields, newSeparator, targetFields);
    }

    /** Takes tokens to predict from all fields, or from the last one only. */
    public CorpusOptions withTargetFields(TargetFields newTargetFields) {
        return new CorpusOptions(splitting, separator, minimumCharacters, textFields, fieldSeparator, newTargetFields);
    }
}
