package org.rpt4j.core.corpus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * A pass over files with one file open at a time.
 *
 * @param <T> what the files hold: documents or rows
 */
abstract class FilesIterator<T> implements Iterator<T>, AutoCloseable {

    private final List<CorpusFile> files;
    private final String what;
    private final Deque<CorpusFile> left;
    private final BadLines badLines;
    private @Nullable FileReader<T> reader;
    private @Nullable T next;
    private boolean foundAny;

    /**
     * Starts a pass.
     *
     * @param what what the files hold, in the plural, for messages
     * @param toleratedBadLines number of bad lines that may be skipped
     */
    FilesIterator(List<CorpusFile> files, String what, int toleratedBadLines) {
        this.files = files;
        this.what = what;
        this.left = new ArrayDeque<>(files);
        this.badLines = new BadLines(toleratedBadLines);
    }

    /** Opens a file, whose bad lines are recorded together with those of the others. */
    abstract FileReader<T> open(CorpusFile file, BadLines bad);

    @Override
    public boolean hasNext() {
        if (next == null) {
            try {
                next = read();
            } catch (RuntimeException | Error e) {
                close();
                throw e;
            }
        }
        return next != null;
    }

    @Override
    public T next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("none of the " + what + " is left");
        }
        T found = next;
        next = null;
        return found;
    }

    /** Whether the next one is read already. */
    final boolean isAhead() {
        return next != null;
    }

    /** Bad lines that this pass has skipped so far. */
    public List<CorpusSummary.BadLine> badLines() {
        return badLines.passedOver();
    }

    @Override
    public void close() {
        left.clear();
        next = null;
        closeReader();
    }

    private @Nullable T read() {
        boolean readsOn = reader != null || !left.isEmpty();
        while (reader != null || !left.isEmpty()) {
            Interruption.check("the corpus");
            if (reader == null) {
                reader = open(left.remove(), badLines);
            }
            T found = reader.read();
            if (found != null) {
                foundAny = true;
                return found;
            }
            closeReader();
        }
        if (readsOn && !foundAny) {
            throw new CorpusException("Corpus " + names() + " is empty: it has no " + what + ". Choose another file.");
        }
        return null;
    }

    /**
     * Records the last one as a bad line.
     *
     * @param number its line or row
     */
    void passOver(String file, long number, CorpusException problem) {
        try {
            badLines.passOver(file, number, problem);
        } catch (CorpusException e) {
            close();
            throw e;
        }
    }

    private void closeReader() {
        FileReader<T> open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    private String names() {
        return files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
    }
}
