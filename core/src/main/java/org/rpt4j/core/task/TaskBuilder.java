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
 * Turns the hard positions of scored documents into tasks (the entropy filter, section 3.3 of the paper). The selected
 * positions and their ids depend only on the document and the selection, not on other documents. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TaskBuilder {

    private final Tokenizer tokenizer;
    private final TaskSelection selection;

    /** Creates a builder of tasks whose continuations are the raw bytes of the given tokenizer's tokens. */
    public TaskBuilder(Tokenizer tokenizer, TaskSelection selection) {
        this.tokenizer = tokenizer;
        this.selection = selection;
    }

    /** The positions of one document that become tasks; none if nothing is hard enough. */
    public SelectedDocument select(ScoredDocument scored) {
        TokenizedDocument document = scored.document();
        long documentHash = Document.hash(document.id());
        List<Position> eligible = IntStream.range(
                        Math.max(selection.minContextTokens(), document.firstTarget()), document.length())
                .filter(t -> !Double.isNaN(scored.scores().entropy()[t]))
                .mapToObj(t -> position(scored, t, documentHash))
                .toList();
        List<Position> capped = selection.selector().select(eligible).stream()
                .sorted(Comparator.comparingLong(p -> CounterRandom.bits(selection.seed(), documentHash, p.index())))
                .limit(selection.maxPositionsPerDocument())
                .sorted(Comparator.comparingInt(Position::index))
                .toList();
        return new SelectedDocument(document.id(), document.tokens(), capped);
    }

    /** The tasks of a selected document in the order of their positions. */
    public List<PredictionTask> tasks(SelectedDocument document) {
        return document.positions().stream()
                .map(position -> task(document, position))
                .toList();
    }

    /** The tasks of one document in the order of their positions; empty if no position is hard enough. */
    public List<PredictionTask> build(ScoredDocument scored) {
        return tasks(select(scored));
    }

    /**
     * The tasks of a corpus, in order.
     *
     * @param statistics receives every document
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

    /** The id of a task, which depends only on its document and position. */
    public static long taskId(String documentId, int position) {
        return taskId(Document.hash(documentId), position);
    }

    private static long taskId(long documentHash, int position) {
        return CounterRandom.bits(documentHash, position);
    }

    private static Position position(ScoredDocument scored, int t, long documentHash) {
        boolean hit = scored.scores().argmax()[t] == scored.document().tokens()[t];
        return new Position(
                taskId(documentHash, t),
                t,
                scored.scores().entropy()[t],
                hit,
                scored.scores().candidates(t));
    }

    private PredictionTask task(SelectedDocument document, Position position) {
        int[] tokens = document.tokens();
        int t = position.index();
        int start = Math.max(0, t - selection.maxContextTokens());
        int count = Math.min(selection.continuationTokens(), tokens.length - t);
        return new PredictionTask(
                position.taskId(),
                document.id(),
                t,
                Arrays.copyOfRange(tokens, start, t),
                tokens[t],
                GroundTruths.of(tokenizer, tokens, t, count),
                position.entropy());
    }

    /** The exception that explains why a corpus has no tasks. */
    public CorpusException nothingLeft(FilterStatistics statistics) {
        if (statistics.eligible() == 0) {
            return new CorpusException(String.format(
                    Locale.ROOT,
                    "No hard tokens left: none of %d scored tokens in %d documents has %d tokens before it. "
                            + "Lower minContextTokens or use longer documents.",
                    statistics.tokensScored(),
                    statistics.documents(),
                    selection.minContextTokens()));
        }
        return new CorpusException(
                "No hard tokens left: " + selection.selector().explainEmpty(statistics));
    }
}
