package org.rpt4j.core.dataset;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.model.format.AtomicFiles;

/**
 * The hard positions of a corpus in a file of JSON lines: a header that describes how they were made, one line per
 * document with its tokens and positions, and a last line with counts, a checksum and the statistics of the filter.
 * Reading and writing stream, with one document in memory at a time. Immutable and thread-safe; every read opens the
 * file again.
 */
public final class TaskDataset {

    private final Path file;
    private final DatasetHeader header;

    private TaskDataset(Path file, DatasetHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Opens a dataset and reads its header.
     *
     * @throws CorpusException if it is missing, is not a dataset or has another version
     */
    public static TaskDataset open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CorpusException("Dataset " + file.toAbsolutePath() + " does not exist. Check the path.");
        }
        try (DatasetLines lines = new DatasetLines(file)) {
            return new TaskDataset(file, lines.header());
        }
    }

    /**
     * Writes a dataset. The file appears once everything is written; until then, and after a failure, an older file is
     * unchanged.
     *
     * @param content passes the documents to its argument in order and returns the statistics of the filter; documents
     *     without positions are skipped
     * @return the number of tasks
     * @throws org.rpt4j.api.error.StorageException if it cannot be written
     */
    public static long write(
            Path file, DatasetHeader header, Function<Consumer<TaskDocument>, FilterStatistics> content) {
        return writeShard(file, header, Shard.WHOLE, sink -> content.apply(document -> sink.accept(document, 0)));
    }

    /** Takes a document of a shard. */
    @FunctionalInterface
    public interface NumberedSink {

        /**
         * Takes a document.
         *
         * @param number its number in the corpus, from 0; more than that of the one before
         */
        void accept(TaskDocument document, long number);
    }

    /**
     * Writes a shard of a dataset for {@link DatasetShards#merge}, like {@link #write}.
     *
     * @param content passes the documents of the shard, with their numbers in the corpus, to its argument
     * @return the number of tasks
     * @throws org.rpt4j.api.error.StorageException if it cannot be written
     */
    public static long writeShard(
            Path file, DatasetHeader header, Shard shard, Function<NumberedSink, FilterStatistics> content) {
        long[] tasks = new long[1];
        AtomicFiles.replace(file, out -> tasks[0] = writeShard(out, header, shard, content));
        return tasks[0];
    }

    /**
     * The same into a stream, which the caller closes.
     *
     * @throws IOException if it cannot be written
     */
    public static long writeShard(
            OutputStream out, DatasetHeader header, Shard shard, Function<NumberedSink, FilterStatistics> content)
            throws IOException {
        try {
            Writing writing = new Writing(out, header, shard);
            FilterStatistics statistics = content.apply(writing::add);
            return writing.end(statistics);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The file of the dataset. */
    public Path file() {
        return file;
    }

    /** The header, which describes how the dataset was made. */
    public DatasetHeader header() {
        return header;
    }

    /**
     * Reads all documents, in the order of the corpus.
     *
     * @param sink receives every document; an exception from it ends the reading
     * @return statistics of the filter over the whole corpus
     * @throws CorpusException if the file is malformed, truncated or changed; the sink has then received the documents
     *     before that place
     */
    public FilterStatistics read(Consumer<TaskDocument> sink) {
        try (DatasetLines lines = new DatasetLines(file)) {
            if (!lines.header().equals(header)) {
                throw new CorpusException("Dataset " + file + " was replaced after it was opened. Open it again.");
            }
            return lines.documents(header, sink);
        }
    }

    /** A file in progress. */
    private static final class Writing {

        private final OutputStream out;
        private final int continuationTokens;
        private final Shard shard;
        private final Checked checked;

        Writing(OutputStream out, DatasetHeader header, Shard shard) {
            this.out = out;
            this.continuationTokens = header.continuationTokens();
            this.shard = shard;
            this.checked = new Checked(header, shard);
            write(DatasetLine.of(header, shard));
        }

        void add(TaskDocument document, long number) {
            if (document.positions().isEmpty()) {
                return;
            }
            ScoredPosition last = document.positions().get(document.positions().size() - 1);
            int needed = (int) Math.min(document.tokens().length, (long) last.index() + continuationTokens);
            DatasetLine.Body body = DatasetLine.Body.of(document, Arrays.copyOf(document.tokens(), needed));
            checked.add(body, number);
            write(DatasetLine.of(body, shard, number));
        }

        long end(FilterStatistics statistics) {
            write(DatasetLine.of(checked.end(statistics.counts())));
            return checked.tasks;
        }

        private void write(DatasetLine line) {
            try {
                out.write(DatasetJson.write(line));
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Counts documents and tasks and computes the checksum of everything. */
    static final class Checked {

        private final boolean coversAll;
        private final Shard shard;
        private long documents;
        private long tasks;
        private long checksum;

        /** Begins with the header, which version 1 left out, together with the statistics. */
        Checked(DatasetHeader header, Shard shard) {
            this.coversAll = header.version() > 1;
            this.shard = shard;
            long whole = coversAll ? DatasetJson.hash(header) : 0;
            this.checksum = shard.isWhole() ? whole : CounterRandom.bits(whole, shard.number(), shard.count());
        }

        void add(DatasetLine.Body body, long number) {
            documents++;
            checksum = shard.isWhole() ? checksum : CounterRandom.bits(checksum, number);
            tasks += body.positions().length;
            checksum = body.checksumAfter(checksum);
        }

        DatasetLine.End end(FilterStatistics.Counts statistics) {
            long whole = coversAll ? CounterRandom.bits(checksum, DatasetJson.hash(statistics)) : checksum;
            return new DatasetLine.End(documents, tasks, HexFormat.of().toHexDigits(whole), statistics);
        }
    }
}
