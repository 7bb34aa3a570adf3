package org.rpt4j.run.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.rpt4j.answers.AnswerTasks;
import org.rpt4j.answers.QuestionFiles;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKinds;

/** The tasks of a run: from a corpus, from a dataset, from a corpus through a dataset, or from questions. */
final class TaskPreparation {

    private final RunConfiguration configuration;
    private final RunObserver observer;
    private final Optional<FileCorpus> corpus;
    private final Optional<QuestionFiles> questions;

    /** Looks for the files, so that a wrong path is reported before a model is opened. */
    TaskPreparation(RunConfiguration configuration, RunObserver observer) {
        this.configuration = configuration;
        this.observer = observer;
        boolean answers = TaskKeys.areAnswers(configuration);
        this.questions = configuration
                .find(AnswerKeys.PATHS)
                .filter(paths -> answers)
                .map(paths -> QuestionFiles.open(paths, AnswerKeys.options(configuration)));
        this.corpus = configuration
                .find(CorpusKeys.FILES)
                .filter(files -> !answers)
                .map(files -> Corpora.open(files, configuration.corpus()));
        if (!CorpusKeys.isDatasetUsed(configuration)) {
            return;
        }
        if (corpus.isEmpty()) {
            configuration.find(CorpusKeys.DATASET).ifPresent(TaskDataset::open);
        } else {
            configuration
                    .find(CorpusKeys.DATASET)
                    .filter(dataset -> !Files.exists(dataset))
                    .ifPresent(AtomicFiles::requireWritableFile);
        }
    }

    /**
     * Prepares the tasks, or finds those that were kept.
     *
     * @param promptRoom maximum number of tokens of text in a prompt
     * @param record keeps the scores until the tasks are ready; empty keeps none
     * @param kept keeps the tasks of a corpus or a dataset; empty keeps none
     */
    PreparedTasks prepare(
            Tokenizer tokenizer, Backend backend, int promptRoom, Optional<Path> record, Optional<Path> kept) {
        PreparedTasks tasks = tasks(tokenizer, backend, promptRoom, record, new KeptTasks(configuration, kept));
        observer.prepared(tasks);
        return tasks;
    }

    private PreparedTasks tasks(
            Tokenizer tokenizer, Backend backend, int promptRoom, Optional<Path> record, KeptTasks kept) {
        Optional<Path> dataset =
                configuration.find(CorpusKeys.DATASET).filter(file -> CorpusKeys.isDatasetUsed(configuration));
        if (corpus.isPresent() && dataset.isEmpty()) {
            PipelineSettings settings = configuration.pipeline(promptRoom);
            TaskStorage storage =
                    kept.ofCorpus(tokenizer, promptRoom, settings.selection().continuationTokens());
            return found(kept.find(storage, corpus.get()))
                    .orElseGet(() -> CorpusKeys.areScored(configuration)
                            ? fromCorpus(tokenizer, backend, settings, promptRoom, record, storage)
                            : fromDocuments(tokenizer, settings, promptRoom, storage));
        }
        if (corpus.isPresent()) {
            makeDataset(dataset.orElseThrow(), tokenizer, backend, configuration.pipeline(promptRoom));
        }
        if (TaskKeys.areAnswers(configuration)) {
            PreparedTasks tasks = questions
                    .map(files -> AnswerTasks.prepare(
                            files, tokenizer, CorpusKeys.split(configuration), contextRoom(promptRoom)))
                    .orElse(PreparedTasks.NONE);
            ReadableAnswers.check(configuration, tasks).ifPresent(observer::noted);
            return tasks;
        }
        return configuration
                .find(CorpusKeys.DATASET)
                .map(file -> read(TaskDataset.open(file), tokenizer, promptRoom, kept))
                .orElse(PreparedTasks.NONE);
    }

    private Optional<PreparedTasks> found(Optional<PreparedTasks> tasks) {
        tasks.ifPresent(ignored -> observer.noted("The tasks are those that the run directory has kept."));
        return tasks;
    }

    private PreparedTasks fromDocuments(
            Tokenizer tokenizer, PipelineSettings settings, int promptRoom, TaskStorage storage) {
        return new TaskPipeline(tokenizer, settings)
                .ofKind(kind(tokenizer, promptRoom, settings.selection().continuationTokens()))
                .storedIn(storage)
                .prepareUnscored(
                        corpus.orElseThrow(),
                        TaskKeys.provider(configuration).orElseThrow().needs(),
                        observer::scoring);
    }

    /** The kind of tasks, once for each side of the split. */
    private Supplier<TaskKind> kind(Tokenizer tokenizer, int promptRoom, int continuationTokens) {
        TaskKinds kinds = TaskKinds.discover();
        String name = configuration.get(TaskKeys.KIND);
        TaskKindContext context = TaskKeys.context(configuration, tokenizer, promptRoom, continuationTokens);
        return () -> kinds.create(name, context);
    }

    private PreparedTasks fromCorpus(
            Tokenizer tokenizer,
            Backend backend,
            PipelineSettings settings,
            int promptRoom,
            Optional<Path> record,
            TaskStorage storage) {
        Supplier<TaskKind> kind =
                kind(tokenizer, promptRoom, settings.selection().continuationTokens());
        return filter(
                tokenizer,
                backend,
                settings,
                (pipeline, proxy, source) -> kept(
                        proxy,
                        source,
                        record,
                        (scorer, progress) -> pipeline.ofKind(kind)
                                .storedIn(storage)
                                .prepare(corpus.orElseThrow(), scorer, progress)));
    }

    /** Checks that a dataset was made from the corpus, or makes it. */
    private void makeDataset(Path dataset, Tokenizer tokenizer, Backend backend, PipelineSettings settings) {
        if (Files.exists(dataset)) {
            requireMadeFrom(
                    filter(
                            tokenizer,
                            backend,
                            settings,
                            (pipeline, proxy, source) ->
                                    pipeline.header(corpus.orElseThrow(), proxy, ModelFingerprint.of(source))),
                    dataset);
        } else {
            write(dataset, Shard.WHOLE, tokenizer, backend, settings);
        }
    }

    /**
     * Writes the hard tokens of a shard of the corpus to a file; replaces one that is there. A cluster does all of it by
     * itself, and keeps what is done in its own way.
     */
    DatasetResult write(Path file, Shard shard, Tokenizer tokenizer, Backend backend, PipelineSettings settings) {
        return filter(
                tokenizer,
                backend,
                settings,
                (pipeline, proxy, source) -> proxy instanceof DatasetWriter cluster && shard.isWhole()
                        ? cluster.writeDataset(job(file, source, settings), observer::scoring)
                        : writeShard(file, shard, pipeline, proxy, source));
    }

    private DatasetWriter.Job job(Path file, ModelSource source, PipelineSettings settings) {
        return new DatasetWriter.Job(
                file,
                corpus.orElseThrow(),
                settings,
                configuration.get(ModelKeys.DIRECTORY),
                configuration.get(ModelKeys.PROXY),
                ModelFingerprint.of(source));
    }

    private DatasetResult writeShard(
            Path file, Shard shard, TaskPipeline pipeline, ProxyScorer proxy, ModelSource source) {
        return kept(
                proxy,
                source,
                Optional.of(ScoreKeeping.beside(file)),
                (scorer, progress) -> pipeline.writeShard(
                        shard, file, corpus.orElseThrow(), scorer, ModelFingerprint.of(source), progress));
    }

    /** Something to do with a proxy whose progress is reported. */
    @FunctionalInterface
    private interface Scoring<R> {
        R run(ProxyScorer scorer, Consumer<Progress> progress);
    }

    /** Scores with a record, if there is a file for it; the record goes when the work is done. */
    private <R> R kept(ProxyScorer proxy, ModelSource source, Optional<Path> record, Scoring<R> work) {
        if (record.isEmpty()) {
            return work.run(proxy, observer::scoring);
        }
        try (RecordedScorer scorer = ScoreKeeping.open(configuration, proxy, source, record.get(), observer)) {
            R result = work.run(scorer, scorer.withoutReplay(observer::scoring));
            scorer.finish();
            return result;
        }
    }

    /** Something to do with an open proxy. */
    @FunctionalInterface
    private interface Filtering<R> {
        R run(TaskPipeline pipeline, ProxyScorer proxy, ModelSource source);
    }

    private <R> R filter(Tokenizer tokenizer, Backend backend, PipelineSettings settings, Filtering<R> work) {
        Path model = configuration.get(ModelKeys.DIRECTORY);
        Path proxy = configuration.get(ModelKeys.PROXY);
        ModelSource source = configuration.model(ModelKeys.PROXY);
        TaskPipeline pipeline = new TaskPipeline(tokenizer, settings);
        try (Tokenizer proxyTokenizer = proxy.equals(model) ? null : Tokenizer.open(proxy);
                ProxyScorer scorer = backend.openProxyScorer(source)) {
            return work.run(
                    proxyTokenizer == null ? pipeline : pipeline.withProxyTokenizer(proxyTokenizer), scorer, source);
        }
    }

    private PreparedTasks read(TaskDataset dataset, Tokenizer tokenizer, int promptRoom, KeptTasks kept) {
        int continuationTokens = dataset.header().continuationTokens();
        TaskStorage storage = kept.ofDataset(dataset.file(), tokenizer, promptRoom, continuationTokens);
        return found(kept.find(storage))
                .orElseGet(() -> PreparedTasks.read(
                        dataset,
                        tokenizer,
                        CorpusKeys.split(configuration),
                        kind(tokenizer, promptRoom, continuationTokens),
                        storage));
    }

    private int contextRoom(int promptRoom) {
        return Math.min(promptRoom, configuration.get(PromptKeys.MAX_CONTEXT));
    }

    private static void requireMadeFrom(DatasetHeader wanted, Path file) {
        DatasetHeader found = TaskDataset.open(file).header();
        List<String> differences = found.differences(wanted, "this run has");
        if (!differences.isEmpty()) {
            throw new CorpusException(
                    "Dataset " + file + " was made with other settings: " + String.join("; ", differences)
                            + ". Name another file to make a new one, or change the settings.");
        }
    }

    /** Refuses to train on fewer tasks than a step takes. */
    void requireEnough(PreparedTasks prepared) {
        int tasks = prepared.train().size();
        int wanted = TrainingKeys.samples(configuration) ? configuration.get(TrainingKeys.PROMPTS_PER_STEP) : 0;
        if (tasks < wanted) {
            throw new CorpusException("A step takes " + wanted + " tasks but there are only " + tasks
                    + " to train on. Lower " + TrainingKeys.PROMPTS_PER_STEP + " ("
                    + configuration.source(TrainingKeys.PROMPTS_PER_STEP) + "), loosen the selection, or use more"
                    + " documents.");
        }
    }
}
