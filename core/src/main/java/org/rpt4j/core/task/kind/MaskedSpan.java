package org.rpt4j.core.task.kind;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.spi.TaskKindContext;

/**
 * To predict a few words in a row that are left out of a text, all of them (the random masks of PretrainZero, Xing et al.
 * 2025, arXiv 2512.03442). The words have nothing but white space between them.
 *
 * @param context what the tasks are made with
 * @param mostWords largest number of words of a gap
 */
record MaskedSpan(TaskKindContext context, int mostWords) implements TaskKind {

    /** The purpose of the draw of a number of words. */
    private static final int WORDS = 1;

    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        TokenText text = TokenText.of(context.tokenizer(), document);
        Gap gap = new Gap(context);
        Draw draw = new Draw(context.seed(), document.id());
        List<Span> spans = new ArrayList<>();
        List<TokenText.Chars> words = words(text);
        for (int i = 0; i < words.size(); i++) {
            int wanted = 1 + draw.below(mostWords, words.get(i).from(), WORDS);
            span(text, words, i, wanted)
                    .filter(span -> gap.fits(document, span))
                    .filter(span -> span.to() < document.tokens().length)
                    .filter(span -> span.to() - span.from() <= context.limits().continuationTokens())
                    .ifPresent(spans::add);
        }
        return draw.some(spans, context.limits().tasksPerDocument(), Span::from).stream()
                .map(span -> gap.task(document, span, TruthMatch.WHOLE)
                        .after(gap.after(document, span))
                        .build())
                .toList();
    }

    private List<TokenText.Chars> words(TokenText text) {
        return text.pieces(BreakIterator.getWordInstance(context.locale())).stream()
                .filter(piece -> text.text()
                        .substring(piece.from(), piece.to())
                        .codePoints()
                        .anyMatch(Character::isLetterOrDigit))
                .toList();
    }

    private static Optional<Span> span(TokenText text, List<TokenText.Chars> words, int first, int wanted) {
        int last = first;
        while (last + 1 < words.size()
                && last + 1 - first < wanted
                && text.text()
                        .substring(words.get(last).to(), words.get(last + 1).from())
                        .isBlank()) {
            last++;
        }
        return text.tokens(
                new TokenText.Chars(words.get(first).from(), words.get(last).to()));
    }
}
