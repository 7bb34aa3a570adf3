package org.rpt4j.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.task.FilterStatistics;

/**
 * Puts the shards of a dataset together, which several processes have scored. One document of each shard is in memory
 * at a time. Stateless.
 *
 * @since 0.1.0
 */
public final class DatasetShards {

    private DatasetShards() {}

    /**
     * Merges all shards of one corpus into the dataset that a single process would have written, byte for byte.
     *
     * @param file file to write; it appears once every shard is read to its end and found whole
     * @param shards files of {@link org.rpt4j.core.pipeline.TaskPipeline#writeShard}, in any order
     * @return the dataset
     * @throws CorpusException if a shard is missing, there twice, damaged, or made from another corpus, by another proxy
     *     or with other settings than the first; or if no shard has a hard position
     * @throws org.rpt4j.api.error.StorageException if the file cannot be written
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static TaskDataset merge(Path file, List<Path> shards) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("shards is empty; name the file of each");
        }
        List<ShardReader> readers = new ArrayList<>();
        try {
            shards.forEach(shard -> readers.add(new ShardReader(shard)));
            requireOneOfEach(readers);
            DatasetHeader header = readers.get(0).header();
            TaskDataset.write(file, header, sink -> {
                PriorityQueue<ShardReader> next = new PriorityQueue<>(Comparator.comparingLong(ShardReader::number));
                readers.stream().filter(ShardReader::hasDocument).forEach(next::add);
                if (next.isEmpty()) {
                    throw nothingLeft(header, statistics(readers));
                }
                while (!next.isEmpty()) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new OperationCancelledException("Merging shards was interrupted.");
                    }
                    ShardReader first = next.remove();
                    sink.accept(first.take());
                    if (first.hasDocument()) {
                        next.add(first);
                    }
                }
                return statistics(readers);
            });
            return TaskDataset.open(file);
        } finally {
            readers.forEach(ShardReader::close);
        }
    }

    /** The parts of a dataset, wherever they are, by their numbers from 1. */
    public interface Parts {

        /** Where a part is, for messages. */
        String name(int number);

        /**
         * Opens a part, which is then closed.
         *
         * @throws IOException if it is missing or cannot be read
         */
        InputStream open(int number) throws IOException;
    }

    /**
     * What was put together.
     *
     * @param tasks number of tasks
     * @param statistics of the whole corpus
     */
    public record Joined(long tasks, FilterStatistics statistics) {}

    /**
     * Joins parts that each hold documents that follow each other, into the dataset that a single process would have
     * written, byte for byte. One part is open at a time.
     *
     * @param file file to write; it appears once every part is read to its end and found whole
     * @param header of the dataset, and of every part
     * @param count number of parts, at least 1
     * @param parts what {@link org.rpt4j.core.pipeline.TaskPipeline#writePart} wrote
     * @throws CorpusException if a part is damaged or is that of another dataset; or if none has a hard position
     * @throws org.rpt4j.api.error.StorageException if the file cannot be written, or a part cannot be read
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static Joined join(Path file, DatasetHeader header, int count, Parts parts) {
        FilterStatistics[] statistics = new FilterStatistics[1];
        long tasks = TaskDataset.write(file, header, sink -> {
            statistics[0] = count == 1 ? copied(header, parts, sink) : joined(header, count, parts, sink);
            return statistics[0];
        });
        return new Joined(tasks, statistics[0]);
    }

    /** A single part is a dataset already. */
    private static FilterStatistics copied(DatasetHeader header, Parts parts, Consumer<TaskDocument> sink) {
        try (DatasetLines lines = new DatasetLines(parts.name(1), opened(parts, 1))) {
            requireSame(parts.name(1), lines.header(), header);
            return lines.documents(header, sink);
        }
    }

    private static FilterStatistics joined(DatasetHeader header, int count, Parts parts, Consumer<TaskDocument> sink) {
        FilterStatistics all = null;
        long documents = 0;
        for (int number = 1; number <= count; number++) {
            Shard expected = new Shard(number, count);
            String name = parts.name(number);
            try (ShardReader part = new ShardReader(name, opened(parts, number))) {
                requireSame(name, part.header(), header);
                if (!part.shard().equals(expected)) {
                    throw new CorpusException("Part " + name + " of the dataset is " + part.shard() + ", not "
                            + expected + ". Delete it, and run again.");
                }
                while (part.hasDocument()) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new OperationCancelledException("Joining the parts of a dataset was interrupted.");
                    }
                    documents++;
                    sink.accept(part.take());
                }
                FilterStatistics counted = part.statistics();
                if (all == null) {
                    all = counted;
                } else {
                    all.add(counted);
                }
            }
        }
        FilterStatistics statistics = Objects.requireNonNull(all, "a dataset has at least one part");
        if (documents == 0) {
            throw nothingLeft(header, statistics);
        }
        return statistics;
    }

    private static void requireSame(String part, DatasetHeader found, DatasetHeader header) {
        List<String> differences = found.differences(header, "the dataset has");
        if (!differences.isEmpty()) {
            throw new CorpusException("Part " + part + " of the dataset was made otherwise: "
                    + String.join("; ", differences) + ". Delete it, and run again.");
        }
    }

    private static InputStream opened(Parts parts, int number) {
        try {
            return parts.open(number);
        } catch (IOException e) {
            throw new StorageException("part " + parts.name(number) + " of the dataset cannot be read: " + e, e);
        }
    }

    private static void requireOneOfEach(List<ShardReader> readers) {
        ShardReader first = readers.get(0);
        int count = first.shard().count();
        ShardReader[] found = new ShardReader[count];
        for (ShardReader reader : readers) {
            if (reader.shard().count() != count) {
                throw new CorpusException("Shard " + reader.file() + " is " + reader.shard() + ", but " + first.file()
                        + " is " + first.shard() + ". Merge the shards of one division.");
            }
            List<String> differences = reader.header().differences(first.header(), "that one has");
            if (!differences.isEmpty()) {
                throw new CorpusException("Shard " + reader.file() + " was made otherwise than " + first.file() + ": "
                        + String.join("; ", differences) + ". Create it again with the same command.");
            }
            int place = reader.shard().number() - 1;
            if (found[place] != null) {
                throw new CorpusException("Shards " + found[place].file() + " and " + reader.file() + " are both "
                        + reader.shard() + ". Name every shard once.");
            }
            found[place] = reader;
        }
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (found[i] == null) {
                missing.add(new Shard(i + 1, count).toString());
            }
        }
        if (!missing.isEmpty()) {
            throw new CorpusException("Of " + count + " shards " + String.join(", ", missing)
                    + " is missing. Write it with the option --shard, and name its file, too.");
        }
    }

    private static FilterStatistics statistics(List<ShardReader> readers) {
        FilterStatistics all = readers.get(0).statistics();
        readers.stream().skip(1).map(ShardReader::statistics).forEach(all::add);
        return all;
    }

    private static CorpusException nothingLeft(DatasetHeader header, FilterStatistics statistics) {
        return new CorpusException("No hard tokens left: none of " + statistics.eligible() + " eligible tokens in "
                + statistics.documents() + " documents passes "
                + header.settings().get("selector")
                + ". Loosen the selection, and write the shards again.");
    }
}
