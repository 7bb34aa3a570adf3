package org.rpt4j.core.pipeline;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.task.CorpusScorer;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskBuilder;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.task.WindowOptions;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.Progress;

/**
 * From a corpus to tasks: tokenize, score every position with the proxy, keep the hard ones, hold documents out
 * (section 3.3 of the paper).
 *
 * <p>The corpus is read twice. The first pass counts tokens, so that progress has an end and a malformed line is
 * reported before hours of scoring; the second one scores. Thread-safe; the tokenizer and the proxy stay the caller's.
 */
public final class TaskPipeline {

    private static final String WRONG_PROXY = "Choose a proxy of the same family, or the model itself.";

    private final Tokenizer tokenizer;
    private final PipelineSettings settings;

    /** A pipeline whose tasks are in the token ids of the given tokenizer, which is the policy's and the proxy's. */
    public TaskPipeline(Tokenizer tokenizer, PipelineSettings settings) {
        this.tokenizer = tokenizer;
        this.settings = settings;
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
     * @param progress told after every batch of the proxy how many tokens are scored
     * @throws CorpusException if the corpus is malformed, no position is hard enough, or a side of the split got
     * nothing
     * @throws TokenizerException if the proxy's vocabulary is too small for the tokenizer
     * @throws OperationCancelledException if the thread is interrupted
     */
    public PreparedTasks prepare(Corpus corpus, ProxyScorer proxy, Consumer<Progress> progress) {
        FilterStatistics statistics = statistics();
        TaskBuilder builder = new TaskBuilder(tokenizer, settings.selection());
        List<PredictionTask> tasks =
                overScored(corpus, proxy, progress, documents -> builder.buildAll(documents, statistics));
        Map<Boolean, List<PredictionTask>> sides = tasks.stream()
                .collect(Collectors.partitioningBy(task -> settings.split().isHeldOut(task.documentId())));
        requireBothSides(sides, tasks);
        return new PreparedTasks(sides.get(false), sides.get(true), statistics);
    }

    /**
     * Scores a corpus for other uses than tasks.
     *
     * @param sink takes every document with its scores, in the order of the corpus
     * @param progress told after every batch of the proxy how many tokens are scored
     * @return what the filter would see
     * @throws CorpusException if the corpus is malformed
     * @throws TokenizerException if the proxy's vocabulary is too small for the tokenizer
     * @throws OperationCancelledException if the thread is interrupted
     */
    public FilterStatistics score(
            Corpus corpus, ProxyScorer proxy, Consumer<ScoredDocument> sink, Consumer<Progress> progress) {
        return overScored(corpus, proxy, progress, documents -> {
            FilterStatistics statistics = statistics();
            documents.forEach(document -> {
                statistics.add(document);
                sink.accept(document);
            });
            return statistics;
        });
    }

    /**
     * Refuses a proxy with another vocabulary: it would score ids that mean something else to it.
     *
     * @param proxyTokenizer the tokenizer that the proxy was trained with
     * @throws TokenizerException if any id stands for other bytes
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

    /** Something that is computed while scored documents stream past. */
    @FunctionalInterface
    private interface Reduction<R> {
        R of(Stream<ScoredDocument> documents);
    }

    private <R> R overScored(
            Corpus corpus, ProxyScorer proxy, Consumer<Progress> progress, Reduction<R> reduction) {
        tokenizer.requireFits(proxy.description());
        CorpusScorer scorer = scorer(proxy);
        long total = countTokens(corpus);
        long start = System.nanoTime();
        try (Stream<Document> documents = corpus.stream()) {
            return reduction.of(scorer.score(
                    () -> tokenized(documents).iterator(),
                    done -> progress.accept(new Progress(done, total, Duration.ofNanos(System.nanoTime() - start)))));
        }
    }

    private CorpusScorer scorer(ProxyScorer proxy) {
        int room = proxy.description().contextLength() - (tokenizer.beginOfText().isPresent() ? 1 : 0);
        int window = Math.min(room, settings.windowTokens());
        WindowOptions windows = settings.windowOverlap() == 0
                ? WindowOptions.filling(window)
                : new WindowOptions(window, settings.windowOverlap());
        CorpusScorer scorer = new CorpusScorer(proxy, settings.scoring(), windows);
        return tokenizer.beginOfText().isPresent()
                ? scorer.withBeginOfText(tokenizer.beginOfText().getAsInt())
                : scorer;
    }

    private long countTokens(Corpus corpus) {
        try (Stream<Document> documents = corpus.stream()) {
            return tokenized(documents).mapToLong(TokenizedDocument::length).sum();
        }
    }

    private Stream<TokenizedDocument> tokenized(Stream<Document> documents) {
        return documents.limit(settings.maxDocuments()).map(document -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new OperationCancelledException("reading the corpus was interrupted at " + document.id());
            }
            return TokenizedDocument.of(document, tokenizer);
        });
    }

    private FilterStatistics statistics() {
        return new FilterStatistics(settings.selection().minContextTokens());
    }

    private void requireBothSides(Map<Boolean, List<PredictionTask>> sides, List<PredictionTask> tasks) {
        double share = settings.split().heldOutShare();
        boolean nothingHeldOut = share > 0 && sides.get(true).isEmpty();
        boolean nothingToTrainOn = share < 1 && sides.get(false).isEmpty();
        if (nothingHeldOut || nothingToTrainOn) {
            long documents = tasks.stream().map(PredictionTask::documentId).distinct().count();
            throw new CorpusException("A held-out share of " + share + " with seed " + settings.split().seed()
                    + " puts " + (nothingHeldOut ? "none" : "all") + " of the " + documents
                    + " documents with hard tokens aside. Change the share or the seed, or use more documents.");
        }
    }
}
