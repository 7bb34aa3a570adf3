package org.rpt4j.core.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.dataset.StoredTasks;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.scoring.CorpusScorer;
import org.rpt4j.core.scoring.ProxyAlignment;
import org.rpt4j.core.scoring.WindowOptions;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskBuilder;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.task.kind.NextToken;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Turns a corpus into tasks: tokenizes it, scores every position with the proxy, keeps the hard ones and holds out
 * documents (section 3.3 of the paper). A {@linkplain #ofKind kind of tasks} that needs no scores takes whole documents
 * instead.
 *
 * <p>The corpus is read twice. The first pass only reads, so that progress has a total and malformed lines are
 * reported before hours of scoring; the second pass scores while threads tokenize what comes next. Thread-safe; the tokenizer and the proxy stay the caller's.
 *
 * @since 0.1.0
 */
public final class TaskPipeline {

    private static final String WRONG_PROXY = "Choose a proxy of the same family, or the model itself.";

    private final Tokenizer tokenizer;
    private final Tokenizer proxyTokenizer;
    private final PipelineSettings settings;
    private final Supplier<TaskKind> kind;
    private final TaskStorage storage;

    /** Creates a pipeline for a policy and a proxy that share the given tokenizer. */
    public TaskPipeline(Tokenizer tokenizer, PipelineSettings settings) {
        this(
                tokenizer,
                tokenizer,
                settings,
                () -> new NextToken(
                        tokenizer,
                        settings.selection().maxContextTokens(),
                        settings.selection().continuationTokens()),
                TaskStorage.TEMPORARY);
    }

    /**
     * The paper's pipeline: positions whose proxy entropy is above a threshold become tasks, with as much context as a
     * prompt holds, and a tenth of the documents is held out.
     *
     * @param minEntropy threshold, in nats
     * @param reasoning gives the tokenizer and the length of a context
     */
    public static TaskPipeline above(double minEntropy, Reasoning reasoning) {
        TaskSelection selection = TaskSelection.above(minEntropy).toBuilder()
                .maxContextTokens(reasoning.maxContextTokens())
                .build();
        return new TaskPipeline(reasoning.tokenizer(), PipelineSettings.of(selection));
    }

    private TaskPipeline(
            Tokenizer tokenizer,
            Tokenizer proxyTokenizer,
            PipelineSettings settings,
            Supplier<TaskKind> kind,
            TaskStorage storage) {
        this.tokenizer = tokenizer;
        this.proxyTokenizer = proxyTokenizer;
        this.settings = settings;
        this.kind = kind;
        this.storage = storage;
    }

    /** A copy for a proxy with its own tokenizer; {@link ProxyAlignment} maps its scores by byte offsets. */
    public TaskPipeline withProxyTokenizer(Tokenizer itsTokenizer) {
        return new TaskPipeline(tokenizer, itsTokenizer, settings, kind, storage);
    }

    /**
     * A copy that makes another kind of tasks than the next token.
     *
     * @param newKind makes the kind anew for each side of the split
     */
    public TaskPipeline ofKind(Supplier<TaskKind> newKind) {
        return new TaskPipeline(tokenizer, proxyTokenizer, settings, newKind, storage);
    }

    /** A copy that stores tasks elsewhere than in a temporary file, if they are too many for the heap. */
    public TaskPipeline storedIn(TaskStorage newStorage) {
        return new TaskPipeline(tokenizer, proxyTokenizer, settings, kind, newStorage);
    }

    /**
     * Prepares the tasks of one corpus file, read with the default options.
     *
     * @see Corpora#open(Path)
     * @see #prepare(Corpus, ProxyScorer, Consumer)
     */
    public PreparedTasks prepare(Path corpus, ProxyScorer proxy) {
        return prepare(Corpora.open(corpus), proxy);
    }

    /**
     * Prepares tasks without reporting progress.
     *
     * @see #prepare(Corpus, ProxyScorer, Consumer)
     */
    public PreparedTasks prepare(Corpus corpus, ProxyScorer proxy) {
        return prepare(corpus, proxy, progress -> {});
    }

    /**
     * Prepares the tasks of a corpus.
     *
     * @param progress receives the number of scored tokens after every batch of the proxy
     * @throws CorpusException if the corpus is malformed, no position is hard enough, or one side of the split is empty
     * @throws TokenizerException if the proxy's vocabulary is too small for the tokenizer
     * @throws OperationCancelledException if the thread is interrupted
     */
    public PreparedTasks prepare(Corpus corpus, ProxyScorer proxy, Consumer<Progress> progress) {
        FilterStatistics statistics = statistics();
        TaskBuilder builder = new TaskBuilder(new Sides(settings.split(), kind), settings.selection());
        CorpusSurvey survey = survey(corpus, proxy);
        try (StoredTasks.Writer writer = storage.writer(settings.split(), tokenizer)) {
            overScored(corpus, survey, proxy, progress, documents -> {
                builder.buildAll(documents, statistics, writer::add);
                return statistics;
            });
            return PreparedTasks.of(writer.finish(statistics, survey.summary()), settings.split());
        }
    }

    /**
     * Prepares the tasks of a kind that needs no scores.
     *
     * @param needs what a document must have to give a task, for the message if none has
     * @param progress receives the number of tokens read after every document; the corpus is read once, so the total is
     *     not known and equals them
     * @throws CorpusException if the corpus is malformed, no document gives a task, or one side of the split is empty
     * @throws OperationCancelledException if the thread is interrupted
     */
    public PreparedTasks prepareUnscored(Corpus corpus, String needs, Consumer<Progress> progress) {
        TaskKind sides = new Sides(settings.split(), kind);
        long start = System.nanoTime();
        long tokens = 0;
        try (DocumentIterator documents = corpus.iterator();
                TokenizedBlocks blocks = blocks(documents, settings.maxDocuments(), List.of(tokenizer), Shard.WHOLE);
                StoredTasks.Writer writer = storage.writer(settings.split(), tokenizer)) {
            while (blocks.hasNext()) {
                for (TokenizedDocument document : blocks.next().documents().get(0)) {
                    TaskDocument whole =
                            new TaskDocument(document.id(), document.tokens(), document.firstTarget(), List.of());
                    writer.add(whole, sides.tasks(whole));
                    tokens += document.length();
                    progress.accept(new Progress(tokens, tokens, Duration.ofNanos(System.nanoTime() - start)));
                }
            }
            CorpusFingerprint read = blocks.fingerprint();
            if (writer.tasks() == 0) {
                throw new CorpusException("None of the " + read.documents() + " documents gives a task of this"
                        + " kind. A document does if it has " + needs + ". Lower min-context-tokens ("
                        + settings.selection().minContextTokens() + "), use longer documents, or another kind of"
                        + " tasks.");
            }
            CorpusSummary summary = new CorpusSummary(read.documents(), read.value(), documents.badLines());
            return PreparedTasks.of(writer.finish(new FilterStatistics(0), summary), settings.split());
        }
    }

    /**
     * Writes the hard positions of a corpus to a file for {@link PreparedTasks#read}. The split happens on reading.
     *
     * @param file file to write; it appears once everything is scored
     * @param proxyFingerprint {@link org.rpt4j.core.dataset.ModelFingerprint} of the proxy, written into the file
     * @param progress receives the number of scored tokens after every batch of the proxy
     * @throws CorpusException if the corpus is malformed or no position is hard enough
     * @throws TokenizerException if the proxy's vocabulary is too small for the tokenizer
     * @throws org.rpt4j.api.error.StorageException if the file cannot be written
     * @throws OperationCancelledException if the thread is interrupted
     */
    public DatasetResult writeDataset(
            Path file, Corpus corpus, ProxyScorer proxy, String proxyFingerprint, Consumer<Progress> progress) {
        return writeShard(Shard.WHOLE, file, corpus, proxy, proxyFingerprint, progress);
    }

    /**
     * Scores a part of a corpus, so that several processes share the work; {@link DatasetShards#merge} puts the parts
     * together to what {@link #writeDataset} writes. Every process reads the whole corpus, and tokenizes and scores its
     * own part. Each may be run again by itself.
     *
     * @param shard which part, none of whose positions need be hard; of a single part it is the dataset
     * @param file file to write; it appears once the part is scored
     * @throws CorpusException as {@link #writeDataset}
     * @see #writeDataset
     */
    public DatasetResult writeShard(
            Shard shard,
            Path file,
            Corpus corpus,
            ProxyScorer proxy,
            String proxyFingerprint,
            Consumer<Progress> progress) {
        FilterStatistics statistics = statistics();
        CorpusSurvey survey = survey(corpus, proxy, shard);
        DatasetHeader header = header(survey.summary(), proxy, proxyFingerprint);
        AtomicLong number = new AtomicLong();
        long tasks = TaskDataset.writeShard(
                file,
                header,
                shard,
                sink -> overScored(
                        corpus,
                        survey,
                        proxy,
                        progress,
                        shard,
                        number::set,
                        documents -> select(documents, statistics, shard, number, sink)));
        return new DatasetResult(tasks, statistics, survey.summary());
    }

    private FilterStatistics select(
            Stream<ScoredDocument> documents,
            FilterStatistics statistics,
            Shard shard,
            AtomicLong number,
            TaskDataset.NumberedSink sink) {
        TaskBuilder builder = new TaskBuilder(tokenizer, settings.selection());
        AtomicLong selected = new AtomicLong();
        documents.forEach(document -> {
            statistics.add(document);
            TaskDocument hard = builder.select(document);
            selected.addAndGet(hard.positions().size());
            sink.accept(hard, number.getAndIncrement());
        });
        if (shard.isWhole() && selected.get() == 0) {
            throw builder.nothingLeft(statistics);
        }
        return statistics;
    }

    /**
     * Scores a part of a divided corpus for {@link DatasetShards#join}, which makes what {@link #writeDataset} writes. It
     * reads no other part.
     *
     * @param out where to write; the caller closes it
     * @param corpus the files of the division
     * @param count number of parts
     * @param header of the dataset
     * @return number of tokens that were scored
     * @throws CorpusException if the corpus changed, or if no position of a single part is hard enough
     * @throws IOException if the stream cannot be written
     */
    public long writePart(
            OutputStream out,
            FileCorpus corpus,
            CorpusDivision.Part part,
            int count,
            DatasetHeader header,
            ProxyScorer proxy)
            throws IOException {
        proxyTokenizer.requireFits(proxy.description());
        FilterStatistics statistics = statistics();
        Shard shard = new Shard(part.number(), count);
        AtomicLong number = new AtomicLong();
        AtomicLong tokens = new AtomicLong();
        ScoringProgress progress = new ScoringProgress(0, scored -> tokens.set(scored.done()));
        TaskDataset.writeShard(out, header, shard, sink -> {
            try (DocumentIterator documents = corpus.iterator(part.begin());
                    TokenizedBlocks blocks = blocks(documents, part.documents(), tokenizers(), Shard.WHOLE)) {
                Stream<ScoredDocument> scored =
                        scored(blocks, scorer(proxy), progress, first -> number.set(part.firstDocument() + first));
                select(scored, statistics, shard, number, sink);
                part.requireSame(blocks.fingerprint());
                return statistics;
            }
        });
        return tokens.get();
    }

    /**
     * Computes the header that {@link #writeDataset} would write, by reading the corpus once without scoring. An
     * existing dataset with an equal header can be reused.
     *
     * @param proxyFingerprint {@link org.rpt4j.core.dataset.ModelFingerprint} of the proxy
     * @throws CorpusException if the corpus is malformed
     */
    public DatasetHeader header(Corpus corpus, ProxyScorer proxy, String proxyFingerprint) {
        return header(survey(corpus, proxy).summary(), proxy, proxyFingerprint);
    }

    /** The same for a corpus that was read. */
    public DatasetHeader header(CorpusSummary corpus, ProxyScorer proxy, String proxyFingerprint) {
        return new DatasetHeader(
                DatasetHeader.VERSION,
                VocabularyFingerprint.of(tokenizer),
                proxyFingerprint,
                corpus.fingerprint(),
                corpus.documents(),
                settings.selection().continuationTokens(),
                settings.describe(windows(proxy), proxy, VocabularyFingerprint.of(proxyTokenizer)));
    }

    /**
     * Scores a corpus for uses other than tasks.
     *
     * @param sink receives every document with its scores, in corpus order
     * @param progress receives the number of scored tokens after every batch of the proxy
     * @return statistics of the filter
     * @throws CorpusException if the corpus is malformed
     * @throws TokenizerException if the proxy's vocabulary is too small for the tokenizer
     * @throws OperationCancelledException if the thread is interrupted
     */
    public FilterStatistics score(
            Corpus corpus, ProxyScorer proxy, Consumer<ScoredDocument> sink, Consumer<Progress> progress) {
        return overScored(corpus, survey(corpus, proxy), proxy, progress, documents -> {
            FilterStatistics statistics = statistics();
            documents.forEach(document -> {
                statistics.add(document);
                sink.accept(document);
            });
            return statistics;
        });
    }

    /**
     * Checks that a proxy has the same vocabulary; otherwise it would score ids that have another meaning for it.
     *
     * @param proxyTokenizer the tokenizer that the proxy was trained with
     * @throws TokenizerException if any id maps to different bytes
     */
    public void requireSameVocabulary(Tokenizer proxyTokenizer) {
        int size = tokenizer.vocabularySize();
        if (proxyTokenizer.vocabularySize() != size) {
            throw new TokenizerException("The proxy's tokenizer has " + proxyTokenizer.vocabularySize()
                    + " tokens, the policy's has " + size + ". " + WRONG_PROXY);
        }
        for (int id = 0; id < size; id++) {
            if (!Arrays.equals(tokenizer.tokenBytes(id), proxyTokenizer.tokenBytes(id))) {
                throw new TokenizerException("Token " + id + " is \"" + proxyTokenizer.decode(id)
                        + "\" for the proxy and \"" + tokenizer.decode(id) + "\" for the policy. " + WRONG_PROXY);
            }
        }
    }

    /** A computation over the stream of scored documents. */
    @FunctionalInterface
    private interface Reduction<R> {
        R of(Stream<ScoredDocument> documents);
    }

    private <R> R overScored(
            Corpus corpus,
            CorpusSurvey survey,
            ProxyScorer proxy,
            Consumer<Progress> progress,
            Reduction<R> reduction) {
        return overScored(corpus, survey, proxy, progress, Shard.WHOLE, first -> {}, reduction);
    }

    /** @param blockBegins receives the number in the corpus of the document that comes next, for each block */
    private <R> R overScored(
            Corpus corpus,
            CorpusSurvey survey,
            ProxyScorer proxy,
            Consumer<Progress> progress,
            Shard shard,
            LongConsumer blockBegins,
            Reduction<R> reduction) {
        CorpusScorer scorer = scorer(proxy);
        ScoringProgress scoring = new ScoringProgress(survey.bytes(), progress);
        try (DocumentIterator documents = corpus.iterator();
                TokenizedBlocks blocks = blocks(documents, settings.maxDocuments(), tokenizers(), shard)) {
            R result = reduction.of(scored(blocks, scorer, scoring, blockBegins));
            survey.requireSame(blocks.fingerprint());
            return result;
        }
    }

    private Stream<ScoredDocument> scored(
            TokenizedBlocks blocks, CorpusScorer scorer, ScoringProgress scoring, LongConsumer blockBegins) {
        boolean aligns = proxyTokenizer != tokenizer;
        ProxyAlignment alignment = new ProxyAlignment(tokenizer, proxyTokenizer);
        Stream<TokenizedBlocks.Block> read = StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(blocks, Spliterator.ORDERED | Spliterator.NONNULL), false);
        return read.flatMap(block -> {
            blockBegins.accept(block.first());
            Stream<ScoredDocument> scored = scorer.score(block.documents().get(0), scoring.of(block));
            return aligns ? aligned(scored, block.documents().get(1), alignment) : scored;
        });
    }

    /** The proxy's first, if it has its own. */
    private List<Tokenizer> tokenizers() {
        return proxyTokenizer == tokenizer ? List.of(tokenizer) : List.of(proxyTokenizer, tokenizer);
    }

    private TokenizedBlocks blocks(
            DocumentIterator documents, long maxDocuments, List<Tokenizer> tokenizers, Shard shard) {
        return new TokenizedBlocks(
                new CorpusBlocks(documents, maxDocuments, shard), tokenizers, settings.tokenizerThreads());
    }

    /** The scores of documents, which come in the same order, for the policy's tokens. */
    private static Stream<ScoredDocument> aligned(
            Stream<ScoredDocument> scored, List<TokenizedDocument> documents, ProxyAlignment alignment) {
        Iterator<TokenizedDocument> next = documents.iterator();
        return scored.map(document -> alignment.align(next.next(), document));
    }

    private CorpusSurvey survey(Corpus corpus, ProxyScorer proxy) {
        return survey(corpus, proxy, Shard.WHOLE);
    }

    private CorpusSurvey survey(Corpus corpus, ProxyScorer proxy, Shard shard) {
        proxyTokenizer.requireFits(proxy.description());
        return CorpusSurvey.of(corpus, settings.maxDocuments(), shard);
    }

    private CorpusScorer scorer(ProxyScorer proxy) {
        CorpusScorer scorer = new CorpusScorer(proxy, settings.scoring(), windows(proxy));
        return proxyTokenizer.beginOfText().isPresent()
                ? scorer.withBeginOfText(proxyTokenizer.beginOfText().getAsInt())
                : scorer;
    }

    private WindowOptions windows(ProxyScorer proxy) {
        int room = proxy.description().contextLength()
                - (proxyTokenizer.beginOfText().isPresent() ? 1 : 0);
        int window = Math.min(room, settings.windowTokens());
        return settings.windowOverlap() == 0
                ? WindowOptions.filling(window)
                : new WindowOptions(window, settings.windowOverlap());
    }

    private FilterStatistics statistics() {
        return new FilterStatistics(settings.selection().minContextTokens());
    }
}
