package org.rpt4j.core.corpus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** A pass over files with one file open at a time. */
final class FilesIterator implements DocumentIterator {

    private final List<CorpusFile> files;
    private final CorpusOptions options;
    private final Deque<CorpusFile> left;
    private final BadLines badLines;
    private @Nullable DocumentReader reader;
    private @Nullable Document next;
    private boolean foundAny;

    FilesIterator(List<CorpusFile> files, CorpusOptions options) {
        this.files = files;
        this.options = options;
        this.left = new ArrayDeque<>(files);
        this.badLines = new BadLines(options.toleratedBadLines());
    }

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
    public Document next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("no document left");
        }
        Document document = next;
        next = null;
        return document;
    }

    @Override
    public List<CorpusSummary.BadLine> badLines() {
        return badLines.passedOver();
    }

    @Override
    public void close() {
        left.clear();
        next = null;
        closeReader();
    }

    private @Nullable Document read() {
        boolean readsOn = reader != null || !left.isEmpty();
        while (reader != null || !left.isEmpty()) {
            Interruption.check("the corpus");
            if (reader == null) {
                reader = left.remove().open(options, badLines);
            }
            Document document = reader.read();
            if (document != null) {
                foundAny = true;
                return document;
            }
            closeReader();
        }
        if (readsOn && !foundAny) {
            throw new CorpusException("Corpus " + names() + " is empty: it has no documents. Choose another file.");
        }
        return null;
    }

    private void closeReader() {
        DocumentReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    private String names() {
        return files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
    }
}
