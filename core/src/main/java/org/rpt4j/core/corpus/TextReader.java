package org.rpt4j.core.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Reads the documents of a plain text file. Text between two separators is kept unchanged; documents of only white
 * space are dropped. A document with a bad line keeps its number and is skipped.
 */
final class TextReader implements DocumentReader {

    /** So many first lines that are JSON objects, or all of them, are no plain text. */
    private static final int JSON_LINES = 3;

    private final CorpusFile file;
    private final LineReader lines;
    private final CorpusOptions options;
    private final BadLines badLines;
    private long count;
    private @Nullable Deque<Line> unread;

    TextReader(CorpusFile file, LineReader lines, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.lines = lines;
        this.options = options;
        this.badLines = badLines;
    }

    @Override
    public @Nullable Document read() {
        if (unread == null) {
            unread = new ArrayDeque<>(start());
        }
        Block block = new Block();
        for (Line line = next(); line != null; line = next()) {
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
    public void skipTo(CorpusPlace place) {
        lines.skip(place.offset(), place.number());
        count = place.documents();
        unread = new ArrayDeque<>();
    }

    @Override
    public CorpusPlace place(int index) {
        Line line = unread == null ? null : unread.peek();
        return line == null
                ? new CorpusPlace(index, lines.offset(), lines.number(), count)
                : new CorpusPlace(index, line.start(), line.number() - 1, count);
    }

    private @Nullable Line next() {
        return unread == null || unread.isEmpty() ? lines.next() : unread.remove();
    }

    /**
     * The first lines, without blank ones before them.
     *
     * @throws CorpusException if each is a JSON object, so that the file holds JSON lines under another name
     */
    private List<Line> start() {
        List<Line> start = new ArrayList<>();
        if (options.format() != CorpusOptions.Format.BY_NAME) {
            return start;
        }
        long bytes = 0;
        int objects = 0;
        for (Line line = lines.next(); line != null; line = lines.next()) {
            boolean blank = isBlank(line);
            if (!blank || objects > 0) {
                start.add(line);
                bytes += line.bytes() == null ? 0 : line.bytes().length;
            }
            if (!blank && !JsonLine.isObject(line) || bytes > options.maxDocumentBytes()) {
                return start;
            }
            objects += blank ? 0 : 1;
            if (objects == JSON_LINES) {
                break;
            }
        }
        if (objects > 0) {
            throw new CorpusException("Corpus " + file.path() + " has the name of a plain text, and its lines are JSON"
                    + " objects. Rename it to .jsonl, or set corpus.format to JSON_LINES. If this JSON is the text, set"
                    + " it to TEXT.");
        }
        return start;
    }

    private static boolean isBlank(Line line) {
        byte[] bytes = line.bytes();
        for (int i = 0; bytes != null && i < bytes.length; i++) {
            if (bytes[i] < 0 || bytes[i] > ' ') {
                return false;
            }
        }
        return bytes != null;
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
                    String kept = options.unifyLineEnds() ? unified(content) : content;
                    characters += kept.length();
                    add(line, kept);
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

        private static String unified(String line) {
            return line.endsWith("\r\n") ? line.substring(0, line.length() - 2) + "\n" : line;
        }

        private static String withoutReturn(String text) {
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
