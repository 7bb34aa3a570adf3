package org.rpt4j.core.dataset;

import java.util.List;
import java.util.stream.LongStream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.task.FilterStatistics;

/**
 * The tasks of a corpus on both sides of the split. The tokens of each document are stored once, a task is a reference to
 * them of some 25 bytes and made anew when it is asked for. Up to {@link TaskStorage#MOST_IN_MEMORY} bytes lie in the
 * heap, more in a mapped file. Immutable and thread-safe; a mapping goes with the last reference to a list.
 */
public final class StoredTasks {

    private final StoredTaskList train;
    private final StoredTaskList heldOut;
    private final long documents;
    private final FilterStatistics statistics;
    private final CorpusSummary corpus;

    StoredTasks(
            StoredTaskList train,
            StoredTaskList heldOut,
            long documents,
            FilterStatistics statistics,
            CorpusSummary corpus) {
        this.train = train;
        this.heldOut = heldOut;
        this.documents = documents;
        this.statistics = statistics;
        this.corpus = corpus;
    }

    /** Tasks to train on, in the order of the corpus; each call of {@code get} makes a task. */
    public List<PredictionTask> train() {
        return train;
    }

    /** Tasks to evaluate on, in the order of the corpus; each call of {@code get} makes a task. */
    public List<PredictionTask> heldOut() {
        return heldOut;
    }

    /** Number of documents with a task. */
    public long documents() {
        return documents;
    }

    /** Statistics of the filter over all documents. */
    public FilterStatistics statistics() {
        return statistics;
    }

    /** Summary of the corpus. */
    public CorpusSummary corpus() {
        return corpus;
    }

    /** Whether a list is one of stored tasks, which takes no memory by their number and never changes. */
    public static boolean isStored(List<PredictionTask> tasks) {
        return tasks instanceof StoredTaskList;
    }

    /** The ids of tasks in order, without making those that are stored. */
    public static LongStream ids(List<PredictionTask> tasks) {
        return tasks instanceof StoredTaskList stored
                ? stored.ids()
                : tasks.stream().mapToLong(PredictionTask::id);
    }

    /** Takes tasks in the order of the corpus. Close it if it is not finished. For one thread. */
    public static final class Writer implements AutoCloseable {

        private final TaskStorage storage;
        private final DocumentSplit split;
        private final StoreOutput out;
        private final TokenBytes known = new TokenBytes();
        private final TaskEncoder encoder;
        private final TaskIndex train = new TaskIndex();
        private final TaskIndex heldOut = new TaskIndex();
        private long documents;

        Writer(TaskStorage storage, DocumentSplit split, TokenCodec codec, StoreOutput out) {
            this.storage = storage;
            this.split = split;
            this.out = out;
            this.encoder = new TaskEncoder(out, codec, known);
            StoredFile.begin(out);
        }

        /**
         * Adds a document with its tasks, which must be all of it: its other tasks would need its tokens again.
         *
         * @throws CorpusException if one side has more tasks than a list holds
         * @throws org.rpt4j.api.error.StorageException if they cannot be written
         */
        public void add(TaskDocument document, List<PredictionTask> tasks) {
            if (tasks.isEmpty()) {
                return;
            }
            documents++;
            encoder.add(document, tasks, (position, task) -> {
                TaskIndex side = split.isHeldOut(task.documentId()) ? heldOut : train;
                if (side.size() == Integer.MAX_VALUE) {
                    throw new CorpusException("There are more than " + Integer.MAX_VALUE
                            + " tasks. Raise the threshold, take fewer positions of a document, or fewer documents.");
                }
                side.add(out, position);
            });
        }

        /** Number of tasks so far. */
        public long tasks() {
            return (long) train.size() + heldOut.size();
        }

        /**
         * Ends the writing; a named file appears now.
         *
         * @throws org.rpt4j.api.error.StorageException if it cannot be written
         */
        public StoredTasks finish(FilterStatistics statistics, CorpusSummary corpus) {
            train.end(out);
            heldOut.end(out);
            if (storage.isKept()) {
                out.toFile();
                StoredFile.end(
                        out,
                        new StoredFile.Tail(storage.identity(), documents, statistics.counts(), corpus),
                        known,
                        train,
                        heldOut);
            }
            StoredBytes bytes = out.finish();
            return new StoredTasks(
                    new StoredTaskList(bytes, train, known),
                    new StoredTaskList(bytes, heldOut, known),
                    documents,
                    statistics,
                    corpus);
        }

        @Override
        public void close() {
            out.close();
        }
    }
}
