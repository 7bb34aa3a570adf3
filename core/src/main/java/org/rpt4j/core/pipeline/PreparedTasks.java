package org.rpt4j.core.pipeline;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.StoredTasks;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.TaskSource;
import org.rpt4j.core.task.kind.NextToken;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The hard positions of a corpus, split by document, so that no position of a held-out document is ever trained on. What
 * this class and {@link TaskPipeline} make are lists that build a task when it is asked for, from the tokens of its
 * document: beyond {@link TaskStorage#MOST_IN_MEMORY} bytes these lie in a file, and tasks take no heap however many they
 * are.
 *
 * @param train tasks to train on, in the order of the corpus
 * @param heldOut tasks to evaluate on, in the order of the corpus
 * @param statistics statistics of the filter over all documents
 * @param corpus summary of the corpus
 * @since 0.1.0
 */
public record PreparedTasks(
        List<PredictionTask> train, List<PredictionTask> heldOut, FilterStatistics statistics, CorpusSummary corpus) {

    /**
     * The version of the order in which {@link #source} deals tasks. It rises when a version of this library deals them
     * in another order; a run that resumes then would meet some tasks twice and others never. Version 2 computes the
     * order place by place; version 1 shuffled the tasks of each epoch.
     */
    public static final int ORDER_VERSION = 2;

    /** The tasks of a run that has no corpus. */
    public static final PreparedTasks NONE = new PreparedTasks(
            List.of(), List.of(), new FilterStatistics(0), new CorpusSummary(0, "nothing", List.of()));

    public PreparedTasks {
        train = unchanging(train);
        heldOut = unchanging(heldOut);
    }

    private static List<PredictionTask> unchanging(List<PredictionTask> tasks) {
        return StoredTasks.isStored(tasks) ? tasks : List.copyOf(tasks);
    }

    /**
     * Reads tasks from a dataset.
     *
     * @param tokenizer the policy's
     * @param split which documents are held out from training
     * @param maxContextTokens maximum number of context tokens of a task; older ones are cut off
     * @throws org.rpt4j.api.error.TokenizerException if the dataset has another vocabulary
     * @throws CorpusException if the dataset is malformed, truncated or changed, or one side of the split is empty
     */
    public static PreparedTasks read(
            TaskDataset dataset, Tokenizer tokenizer, DocumentSplit split, int maxContextTokens) {
        int continuationTokens = dataset.header().continuationTokens();
        return read(dataset, tokenizer, split, () -> new NextToken(tokenizer, maxContextTokens, continuationTokens));
    }

    /**
     * Reads tasks of another kind than the next token from a dataset.
     *
     * @param tokenizer the policy's
     * @param split which documents are held out from training
     * @param kind makes the kind anew for each side of the split
     * @throws org.rpt4j.api.error.TokenizerException if the dataset has another vocabulary
     * @throws CorpusException if the dataset is malformed, truncated or changed, it gives no task of this kind, or one
     *     side of the split is empty
     */
    public static PreparedTasks read(
            TaskDataset dataset, Tokenizer tokenizer, DocumentSplit split, Supplier<TaskKind> kind) {
        return read(dataset, tokenizer, split, kind, TaskStorage.TEMPORARY);
    }

    /**
     * Reads tasks of another kind than the next token from a dataset, one document at a time.
     *
     * @param tokenizer the policy's
     * @param split which documents are held out from training
     * @param kind makes the kind anew for each side of the split
     * @param storage where tasks lie that are too many for the heap
     * @throws org.rpt4j.api.error.TokenizerException if the dataset has another vocabulary
     * @throws org.rpt4j.api.error.StorageException if the tasks cannot be stored
     * @throws CorpusException if the dataset is malformed, truncated or changed, it gives no task of this kind, or one
     *     side of the split is empty
     */
    public static PreparedTasks read(
            TaskDataset dataset,
            Tokenizer tokenizer,
            DocumentSplit split,
            Supplier<TaskKind> kind,
            TaskStorage storage) {
        DatasetHeader header = dataset.header();
        header.requireVocabularyOf(tokenizer);
        TaskKind sides = new Sides(split, kind);
        try (StoredTasks.Writer writer = storage.writer(split, tokenizer)) {
            FilterStatistics statistics = dataset.read(document -> add(writer, sides, document, dataset));
            CorpusSummary corpus = new CorpusSummary(header.corpusDocuments(), header.corpus(), List.of());
            return of(writer.finish(statistics, corpus), split);
        }
    }

    private static void add(StoredTasks.Writer writer, TaskKind kind, TaskDocument document, TaskDataset dataset) {
        try {
            writer.add(document, kind.tasks(document));
        } catch (IllegalArgumentException e) {
            throw new CorpusException(
                    "Dataset " + dataset.file() + " was changed: document " + document.id() + " gives no tasks: "
                            + e.getMessage() + ". Create it again.",
                    e);
        }
    }

    /**
     * Tasks that are stored already.
     *
     * @param split which documents were held out from training
     * @throws CorpusException if one side of the split is empty
     */
    public static PreparedTasks of(StoredTasks tasks, DocumentSplit split) {
        boolean nothingHeldOut = split.heldOutShare() > 0 && tasks.heldOut().isEmpty();
        boolean nothingToTrainOn = split.heldOutShare() < 1 && tasks.train().isEmpty();
        if (nothingHeldOut || nothingToTrainOn) {
            throw new CorpusException("A held-out share of " + split.heldOutShare() + " with seed " + split.seed()
                    + " puts " + (nothingHeldOut ? "none" : "all") + " of the " + tasks.documents()
                    + " documents with hard tokens aside. Change the share or the seed, or use more documents.");
        }
        return new PreparedTasks(tasks.train(), tasks.heldOut(), tasks.statistics(), tasks.corpus());
    }

    /**
     * Supplies the training tasks indefinitely, in epochs; a step may request at most as many tasks as there are. A
     * batch takes time in proportion to its own size, however many tasks there are.
     *
     * @throws IllegalArgumentException if every document is held out
     */
    public TaskSource source(long seed) {
        return new TaskSampler(train, seed)::batch;
    }

    /**
     * At most {@code count} held-out tasks, chosen pseudo-randomly by id only: every model with the same vocabulary
     * gets the same tasks, and a larger count only adds tasks to a smaller one.
     */
    public List<PredictionTask> heldOutSample(int count, long seed) {
        return new Sample(count, seed).of(heldOut);
    }

    /** The ids of the training tasks, in their order; cheaper than to ask each task. */
    public LongStream trainIds() {
        return StoredTasks.ids(train);
    }
}
