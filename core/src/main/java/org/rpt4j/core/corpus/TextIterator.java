package org.rpt4j.core.corpus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Documents of a plain text file. Text between two borders is kept as it is; documents of white space alone are not.
 */
final class TextIterator extends FileIterator {

    private final CorpusOptions options;
    private long count;

    TextIterator(Path file, CorpusOptions options) {
        super(file);
        this.options = options;
    }

    @Override
    @Nullable Document read(LineReader reader) {
        StringBuilder text = new StringBuilder();
        for (String line = reader.next(); line != null; line = reader.next()) {
            if (endsDocument(line, text)) {
                if (!text.isEmpty()) {
                    return document(text.toString());
                }
            } else if (!text.isEmpty() || !line.isBlank()) {
                text.append(line);
            }
        }
        return text.isEmpty() ? null : document(text.toString());
    }

    private boolean endsDocument(String line, StringBuilder text) {
        return switch (options.splitting()) {
            case WHOLE_FILE -> false;
            case SEPARATOR_LINE -> line.strip().equals(options.separator());
            case BLANK_LINES -> line.isBlank() && text.length() >= options.minimumCharacters();
        };
    }

    /** Blank lines around a document belong to its borders. */
    private Document document(String text) {
        String stripped = text.stripTrailing();
        int end = text.indexOf('\n', stripped.length());
        String complete = end < 0 ? text : text.substring(0, end);
        return new Document(id(++count), withoutReturn(complete));
    }

    private static String withoutReturn(String text) {
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
