package org.rpt4j.core.corpus;

import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** What the passes over every kind of file share: look-ahead of one document, closing, refusing an empty corpus. */
abstract class FileIterator implements DocumentIterator {

    private final Path file;
    private final LineReader lines;
    private @Nullable Document next;
    private boolean open = true;
    private boolean foundAny;

    FileIterator(Path file) {
        this.file = file;
        this.lines = new LineReader(file);
    }

    /** Reads on to the next document; null at the end of the file. */
    abstract @Nullable Document read(LineReader reader);

    /** An id within this file. */
    final String id(long number) {
        return file.getFileName() + "#" + number;
    }

    @Override
    public final boolean hasNext() {
        if (next == null && open) {
            advance();
        }
        return next != null;
    }

    @Override
    public final Document next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("no document left in " + file);
        }
        Document document = next;
        next = null;
        return document;
    }

    @Override
    public final void close() {
        if (open) {
            open = false;
            next = null;
            lines.close();
        }
    }

    private void advance() {
        Document document;
        try {
            document = read(lines);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        if (document == null) {
            close();
            if (!foundAny) {
                throw new CorpusException("Corpus " + file + " is empty: it has no document. Choose another file.");
            }
        }
        foundAny = true;
        next = document;
    }
}
