package org.rpt4j.core.corpus;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Reads the documents of a plain text file. Text between two separators is kept unchanged; documents of only white
 * space are dropped. A document with a bad line keeps its number and is skipped.
 */
final class TextReader implements DocumentReader {

    private final CorpusFile file;
    private final LineReader lines;
    private final CorpusOptions options;
    private final BadLines badLines;
    private long count;

    TextReader(CorpusFile file, LineReader lines, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.lines = lines;
        this.options = options;
        this.badLines = badLines;
    }

    @Override
    public @Nullable Document read() {
        Block block = new Block();
        for (Line line = lines.next(); line != null; line = lines.next()) {
            if (block.endsBefore(line)) {
                Document document = block.document();
                if (document != null) {
                    return document;
                }
                block = new Block();
            }
        }
        return block.document();
    }

    @Override
    public void close() {
        lines.close();
    }

    /** A document in progress. */
    private final class Block {

        private final StringBuilder text = new StringBuilder();
        private long bytes;
        private long characters;
        private boolean damaged;

        /** Adds a line, unless it is a separator. */
        boolean endsBefore(Line line) {
            try {
                String content = line.text();
                if (isBorder(content)) {
                    return true;
                }
                if (characters > 0 || !content.isBlank()) {
                    characters += content.length();
                    add(line, content);
                }
            } catch (CorpusException e) {
                damaged = true;
                text.setLength(0);
                badLines.passOver(file, line.number(), e);
            }
            return false;
        }

        private boolean isBorder(String line) {
            return switch (options.splitting()) {
                case WHOLE_FILE -> false;
                case SEPARATOR_LINE -> line.strip().equals(options.separator());
                case BLANK_LINES -> line.isBlank() && characters >= options.minimumCharacters();
            };
        }

        private void add(Line line, String content) {
            if (damaged) {
                return;
            }
            bytes += line.bytes() == null ? 0 : line.bytes().length;
            if (bytes > options.maxDocumentBytes()) {
                throw new CorpusException("Corpus " + line.place() + ": the document is longer than "
                        + options.maxDocumentBytes() + " bytes. Split it, or raise maxDocumentBytes.");
            }
            text.append(content);
        }

        /** The finished document, if any. Blank lines around it belong to its separators. */
        @Nullable
        Document document() {
            if (damaged) {
                count++;
                return null;
            }
            if (text.isEmpty()) {
                return null;
            }
            String stripped = text.toString().stripTrailing();
            int end = text.indexOf("\n", stripped.length());
            String complete = end < 0 ? text.toString() : text.substring(0, end);
            return new Document(file.id(++count), withoutReturn(complete));
        }

        private static String withoutReturn(String text) {
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
