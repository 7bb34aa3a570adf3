package org.rpt4j.core.tokenize;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes text to the ids that the Hugging Face tokenizers library gives for the same file. Thread-safe. */
final class TextEncoder {

    private final TextNormalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final PieceSink steps;
    private final AddedTokenMatcher raw;
    private final AddedTokenMatcher normalized;
    private final @Nullable ByteCheck check;

    private TextEncoder(
            TextNormalizer normalizer,
            PreTokenizer preTokenizer,
            PieceSink steps,
            List<TokenizerJson.AddedToken> added,
            @Nullable ByteCheck check) {
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.steps = steps;
        this.check = check;
        this.raw = new AddedTokenMatcher(
                added.stream().filter(token -> !token.normalized()).toList(), content -> content);
        this.normalized = new AddedTokenMatcher(
                added.stream().filter(TokenizerJson.AddedToken::normalized).toList(),
                content -> normalizer.apply(content, new Effort(content.length())));
    }

    /** An encoder for templates, which knows all added tokens. */
    static TextEncoder ofTemplates(TokenizerJson json) {
        PreTokenizer preTokenizer = new PreTokenizer(json);
        PieceSink steps = preTokenizer.build();
        return new TextEncoder(new TextNormalizer(json), preTokenizer, steps, json.addedTokens(), null);
    }

    /**
     * The same encoder for corpus text: it knows no marker, its added tokens take no white space from around them, and
     * the bytes of the tokens must be those of the text. If every piece of text gets a space at its start, it knows no
     * added tokens at all, since the text after one would get a space, too.
     */
    TextEncoder forText(Vocabulary vocabulary, List<TokenizerJson.AddedToken> pieces) {
        boolean prepends = normalizer.prepends() || preTokenizer.prepends();
        List<TokenizerJson.AddedToken> known = prepends
                ? List.of()
                : pieces.stream().map(TokenizerJson.AddedToken::exact).toList();
        return new TextEncoder(normalizer, preTokenizer, steps, known, new ByteCheck(vocabulary));
    }

    int[] encode(String text) {
        EncodingRun run = new EncodingRun(text.length());
        raw.split(run.effort, text, new Raw(run, text));
        return run.ids.toArray();
    }

    private void addToken(EncodingRun run, TokenizerJson.AddedToken token, String text, int from, int to) {
        int start = run.ids.size();
        run.ids.add(token.id());
        if (check != null) {
            check.requireSame(text.substring(from, to), run.ids, start, false);
        }
    }

    /** What lies between the added tokens that are looked for in the text as it is. */
    private final class Raw implements AddedTokenMatcher.Sink {

        private final EncodingRun run;
        private final String whole;

        Raw(EncodingRun run, String whole) {
            this.run = run;
            this.whole = whole;
        }

        @Override
        public void text(int from, int to) {
            String piece = normalizer.apply(whole.substring(from, to), run.effort);
            normalized.split(run.effort, piece, new Normalized(run, piece, from == 0));
        }

        @Override
        public void token(TokenizerJson.AddedToken token, int from, int to) {
            addToken(run, token, whole, from, to);
        }
    }

    /** What lies between the others, which are looked for in the normalised text. */
    private final class Normalized implements AddedTokenMatcher.Sink {

        private final EncodingRun run;
        private final String piece;
        private final boolean first;

        Normalized(EncodingRun run, String piece, boolean first) {
            this.run = run;
            this.piece = piece;
            this.first = first;
        }

        @Override
        public void text(int from, int to) {
            int start = run.ids.size();
            steps.accept(run, piece, from, to, first && from == 0);
            if (check != null) {
                check.requireSame(piece.substring(from, to), run.ids, start, first && from == 0);
            }
        }

        @Override
        public void token(TokenizerJson.AddedToken token, int from, int to) {
            addToken(run, token, piece, from, to);
        }
    }
}
