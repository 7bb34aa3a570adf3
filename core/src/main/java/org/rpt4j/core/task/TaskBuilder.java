package org.rpt4j.core.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.task.kind.Draw;
import org.rpt4j.core.task.kind.NextToken;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Selects the hard positions of scored documents (the entropy filter, section 3.3 of the paper) and lets a {@link
 * TaskKind} make tasks of them. The selected positions and their ids depend only on the document and the selection, not
 * on other documents. As thread-safe as the kind of tasks.
 *
 * @since 0.1.0
 */
public final class TaskBuilder {

    private final TaskKind kind;
    private final TaskSelection selection;

    /** Creates a builder of tasks of one kind. */
    public TaskBuilder(TaskKind kind, TaskSelection selection) {
        this.kind = kind;
        this.selection = selection;
    }

    /** Creates a builder of the paper's tasks: to predict the next token. */
    public TaskBuilder(Tokenizer tokenizer, TaskSelection selection) {
        this(new NextToken(tokenizer, selection.maxContextTokens(), selection.continuationTokens()), selection);
    }

    /** The positions of one document that become tasks; none if nothing is hard enough. */
    public TaskDocument select(ScoredDocument scored) {
        TokenizedDocument document = scored.document();
        IntToLongFunction ids = TaskDocument.taskIds(document.id());
        List<ScoredPosition> eligible = new ArrayList<>();
        for (int t = Math.max(selection.minContextTokens(), document.firstTarget()); t < document.length(); t++) {
            if (!Double.isNaN(scored.scores().entropy()[t])) {
                eligible.add(position(scored, t, ids.applyAsLong(t)));
            }
        }
        List<ScoredPosition> capped = new Draw(selection.seed(), document.id())
                .some(
                        selection.selector().select(eligible),
                        selection.maxPositionsPerDocument(),
                        ScoredPosition::index);
        return new TaskDocument(document.id(), document.tokens(), document.firstTarget(), capped);
    }

    /** The tasks of a selected document in the order of their positions. */
    public List<PredictionTask> tasks(TaskDocument document) {
        return kind.tasks(document);
    }

    /** The tasks of one document in the order of their positions; empty if no position is hard enough. */
    public List<PredictionTask> build(ScoredDocument scored) {
        return tasks(select(scored));
    }

    /**
     * Makes the tasks of a corpus in order, one document at a time.
     *
     * @param statistics receives every document
     * @param sink receives every document with its tasks, possibly none
     * @throws CorpusException if no position is hard enough
     */
    public void buildAll(
            Stream<ScoredDocument> documents,
            FilterStatistics statistics,
            BiConsumer<TaskDocument, List<PredictionTask>> sink) {
        boolean[] any = {false};
        documents.sequential().forEach(document -> {
            statistics.add(document);
            TaskDocument hard = select(document);
            List<PredictionTask> made = tasks(hard);
            any[0] |= !made.isEmpty();
            sink.accept(hard, made);
        });
        if (!any[0]) {
            throw nothingLeft(statistics);
        }
    }

    private static ScoredPosition position(ScoredDocument scored, int t, long id) {
        TokenizedDocument document = scored.document();
        boolean hit = scored.scores().argmax()[t] == document.tokens()[t];
        return new ScoredPosition(
                id, t, scored.scores().entropy()[t], hit, scored.scores().candidates(t));
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
