package org.rpt4j.core.task.kind;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.spi.TaskKindContext;

/**
 * To tell whether a sentence is what follows a text (next sentence prediction, Devlin et al. 2019, arXiv 1810.04805):
 * {@code A} if it is, {@code B} if it was taken from elsewhere. Half of the sentences are. The others come from an
 * earlier document, or from a later place of the same one where there is no earlier document.
 */
final class NextSentence implements TaskKind {

    /** How many sentences of earlier documents are remembered; the newest ones. */
    private static final int REMEMBERED = 256;

    private static final int IS_TRUE = 1;
    private static final int WHICH = 2;

    private final TaskKindContext context;
    private final List<int[]> earlier = new ArrayList<>();

    NextSentence(TaskKindContext context) {
        this.context = context;
    }

    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        TokenText text = TokenText.of(context.tokenizer(), document);
        Gap gap = new Gap(context);
        Draw draw = new Draw(context.seed(), document.id());
        List<Span> sentences = text.pieces(BreakIterator.getSentenceInstance(context.locale())).stream()
                .flatMap(piece -> text.tokens(piece).stream())
                .filter(sentence ->
                        sentence.to() - sentence.from() <= context.limits().maxAfterTokens())
                .toList();
        List<PredictionTask> tasks = new ArrayList<>();
        for (Span sentence : draw.some(
                sentences.stream().filter(s -> gap.fits(document, s)).toList(),
                context.limits().tasksPerDocument(),
                Span::from)) {
            boolean isTrue = draw.below(2, sentence.from(), IS_TRUE) == 0;
            int[] truth = tokens(document, sentence);
            List<int[]> others = isTrue ? List.of(truth) : others(document, sentences, sentence, truth);
            if (!others.isEmpty()) {
                int[] shown = others.get(draw.below(others.size(), sentence.from(), WHICH));
                tasks.add(gap.choice(document, sentence.from(), shown, isTrue ? 'A' : 'B')
                        .build());
            }
        }
        remember(document, sentences);
        return tasks;
    }

    private List<int[]> others(TaskDocument document, List<Span> sentences, Span sentence, int[] truth) {
        List<int[]> pool = earlier.isEmpty()
                ? sentences.stream()
                        .filter(other -> other.from() > sentence.from())
                        .map(other -> tokens(document, other))
                        .toList()
                : earlier;
        return pool.stream().filter(other -> !Arrays.equals(other, truth)).toList();
    }

    private void remember(TaskDocument document, List<Span> sentences) {
        sentences.forEach(sentence -> earlier.add(tokens(document, sentence)));
        int tooMany = earlier.size() - REMEMBERED;
        if (tooMany > 0) {
            earlier.subList(0, tooMany).clear();
        }
    }

    private static int[] tokens(TaskDocument document, Span piece) {
        return Arrays.copyOfRange(document.tokens(), piece.from(), piece.to());
    }
}
