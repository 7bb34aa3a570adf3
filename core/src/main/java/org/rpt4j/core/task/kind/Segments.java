package org.rpt4j.core.task.kind;

import java.text.BreakIterator;
import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.spi.TaskKindContext;

/**
 * To predict a sentence: the next one after a text, or the one between two pieces of text (Li et al. 2025, RLPT, arXiv
 * 2509.19249). A prediction is right for the rewards of boxes if it is a beginning of the sentence. Sentences end where
 * {@link BreakIterator} ends them, never across documents, and one that shares a token with its neighbour is left out.
 *
 * @param context what the tasks are made with
 * @param middle whether the text after the sentence is shown
 */
record Segments(TaskKindContext context, boolean middle) implements TaskKind {

    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        TokenText text = TokenText.of(context.tokenizer(), document);
        Gap gap = new Gap(context);
        List<Span> sentences = text.pieces(BreakIterator.getSentenceInstance(context.locale())).stream()
                .flatMap(piece -> text.tokens(piece).stream())
                .filter(sentence -> gap.fits(document, sentence))
                .filter(sentence -> !middle || sentence.to() < document.tokens().length)
                .toList();
        return new Draw(context.seed(), document.id())
                .some(sentences, context.limits().tasksPerDocument(), Span::from).stream()
                        .map(sentence -> task(document, sentence, gap))
                        .toList();
    }

    private PredictionTask task(TaskDocument document, Span sentence, Gap gap) {
        PredictionTask.Builder task = gap.task(document, sentence, TruthMatch.PREFIX);
        return (middle ? task.after(gap.after(document, sentence)) : task).build();
    }
}
