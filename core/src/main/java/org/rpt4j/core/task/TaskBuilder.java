package org.rpt4j.core.task;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Turns the hard positions of scored documents into tasks (the entropy filter, section 3.3 of the paper). Which
 * positions are taken, and their ids, depend on the document and the selection alone, not on what else is read.
 * Thread-safe.
 */
public final class TaskBuilder {

    private final Tokenizer tokenizer;
    private final TaskSelection selection;

    /** A builder of tasks whose continuations are in the raw bytes of the given tokenizer's tokens. */
    public TaskBuilder(Tokenizer tokenizer, TaskSelection selection) {
        this.tokenizer = tokenizer;
        this.selection = selection;
    }

    /** The tasks of one document in the order of their positions; empty if no position is hard enough. */
    public List<PredictionTask> build(ScoredDocument scored) {
        TokenizedDocument document = scored.document();
        double[] entropy = scored.scores().entropy();
        long documentHash = Document.hash(document.id());
        return IntStream.range(Math.max(selection.minContextTokens(), document.firstTarget()), document.length())
                .filter(t -> entropy[t] >= selection.minEntropy())
                .boxed()
                .sorted(Comparator.comparingLong(t -> CounterRandom.bits(selection.seed(), documentHash, t)))
                .limit(selection.maxPositionsPerDocument())
                .sorted()
                .map(t -> task(document, t, documentHash, entropy[t]))
                .toList();
    }

    /**
     * The tasks of a corpus, in order.
     *
     * @param statistics counts every document; print it
     * @throws CorpusException if no position is hard enough
     */
    public List<PredictionTask> buildAll(Stream<ScoredDocument> documents, FilterStatistics statistics) {
        List<PredictionTask> tasks = documents
                .sequential()
                .peek(statistics::add)
                .flatMap(document -> build(document).stream())
                .toList();
        if (tasks.isEmpty()) {
            throw nothingLeft(statistics);
        }
        return tasks;
    }

    private PredictionTask task(TokenizedDocument document, int position, long documentHash, double entropy) {
        int[] tokens = document.tokens();
        int start = Math.max(0, position - selection.maxContextTokens());
        int count = Math.min(selection.continuationTokens(), tokens.length - position);
        return new PredictionTask(
                CounterRandom.bits(documentHash, position),
                document.id(),
                position,
                Arrays.copyOfRange(tokens, start, position),
                tokens[position],
                GroundTruths.of(tokenizer, tokens, position, count),
                entropy);
    }

    private CorpusException nothingLeft(FilterStatistics statistics) {
        if (statistics.eligible() == 0) {
            return new CorpusException(String.format(
                    Locale.ROOT,
                    "No hard tokens left: none of %d scored tokens in %d documents has %d tokens before it. "
                            + "Lower minContextTokens or use longer documents.",
                    statistics.tokensScored(),
                    statistics.documents(),
                    selection.minContextTokens()));
        }
        return new CorpusException(String.format(
                Locale.ROOT,
                "No hard tokens left: minEntropy is %.3f nats but the highest among %d eligible tokens is %.3f. "
                        + "Lower minEntropy (%.2f would keep a tenth), or use a weaker proxy or a harder corpus.",
                selection.minEntropy(),
                statistics.eligible(),
                statistics.highestEntropy(),
                statistics.thresholdForTop(0.1)));
    }
}
