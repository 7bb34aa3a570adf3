package org.rpt4j.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class ProxyAlignmentTest {

    @TempDir
    private Path first;

    @TempDir
    private Path second;

    /** The entropy at s is s, the log-probability -s, and the argmax is correct at even positions. */
    private static ScoredDocument scored(TokenizedDocument document) {
        int length = document.length();
        double[] entropy = new double[length];
        double[] logProb = new double[length];
        int[] argmax = new int[length];
        Arrays.setAll(entropy, s -> s == 0 ? Double.NaN : s);
        Arrays.setAll(logProb, s -> s == 0 ? Double.NaN : -s);
        Arrays.setAll(argmax, s -> s == 0 ? -1 : s % 2 == 0 ? document.tokens()[s] : 'z');
        return new ScoredDocument(document, new TokenScores(entropy, argmax, logProb));
    }

    private static TokenScores align(String text, Tokenizer policy, Tokenizer proxy) {
        Document document = new Document("d", text);
        TokenizedDocument ours = TokenizedDocument.of(document, policy);
        return new ProxyAlignment(policy, proxy)
                .align(ours, scored(TokenizedDocument.of(document, proxy)))
                .scores();
    }

    @Test
    void tokensThatBeginAtTheSameByteShareTheirScore() {
        try (Tokenizer policy = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of("ab", "abc", "de"), List.of()));
                Tokenizer proxy = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("cd", "ef"), List.of()))) {
            // policy: abc|de|f|g    proxy: a|b|cd|ef|g
            TokenScores scores = align("abcdefg", policy, proxy);
            assertThat(scores.entropy()).containsExactly(Double.NaN, Double.NaN, Double.NaN, 4.0);
            assertThat(scores.argmax()).containsExactly(-1, -1, -1, 'g');
            assertThat(scores.trueLogProb()).containsExactly(Double.NaN, Double.NaN, Double.NaN, -4.0);
            // proxy tokens are smaller: x|abc|de against x|a|b|c|d|e is x|a|b|cd|e
            TokenScores finer = align("xabcde", policy, proxy);
            assertThat(finer.entropy()).containsExactly(Double.NaN, 1.0, Double.NaN);
            assertThat(finer.argmax()).containsExactly(-1, -1, -1);
            assertThat(finer.trueLogProb()).containsOnly(Double.NaN);
        }
    }

    @Test
    void aTokenOfSeveralProxyTokensHasTheSumOfTheirLogProbabilities() {
        try (Tokenizer policy = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of("bc", "bcd"), List.of()));
                Tokenizer proxy = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("cd"), List.of()))) {
            // policy: a|bcd|a    proxy: a|b|cd|a
            TokenScores scores = align("abcda", policy, proxy);
            assertThat(scores.entropy()).containsExactly(Double.NaN, 1.0, 3.0);
            assertThat(scores.trueLogProb()[1]).isCloseTo(-1 - 2, within(0.0));
            assertThat(scores.trueLogProb()[2]).isEqualTo(-3);
            // At b the proxy's argmax is z; at the last a it is wrong too, because 3 is odd.
            assertThat(scores.argmax()).containsExactly(-1, -1, -1);
        }
    }

    @Test
    void theSameTokenizerChangesNothing() {
        try (Tokenizer policy = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of("ab"), List.of()));
                Tokenizer same = Tokenizer.open(first)) {
            ScoredDocument expected = scored(TokenizedDocument.of(new Document("d", "ab\u00e9cd\ud83e\udd99"), same));
            TokenScores scores = align("ab\u00e9cd\ud83e\udd99", policy, same);
            assertThat(scores.entropy()).isEqualTo(expected.scores().entropy());
            assertThat(scores.trueLogProb()).isEqualTo(expected.scores().trueLogProb());
            for (int t = 2; t < scores.length(); t += 2) {
                assertThat(scores.argmax()[t]).isEqualTo(expected.document().tokens()[t]);
            }
        }
    }

    @Test
    void aLeadingSpaceOfOneTokenizerIsNotText() {
        try (Tokenizer bytes = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of(" b"), List.of()));
                Tokenizer llama =
                        Tokenizer.open(TinyTokenizers.sentencePiece(second, List.of("\u2581", "a", "b", "\u2581a")))) {
            // policy: a| b|b    proxy: _a|_|b|b
            TokenScores scores = align("a bb", bytes, llama);
            int[] proxyTokens = llama.encode("a bb");
            assertThat(scores.entropy()[0]).isNaN();
            assertThat(scores.entropy()[2]).isEqualTo(proxyTokens.length - 1);
            TokenScores back = align("a bb", llama, bytes);
            assertThat(back.entropy()[0]).isNaN();
            assertThat(back.entropy()[back.length() - 1]).isEqualTo(2);
        }
    }

    @Test
    void textsThatDifferAreRefused() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of(), List.of()))) {
            ProxyAlignment alignment = new ProxyAlignment(tokenizer, tokenizer);
            TokenizedDocument ours = TokenizedDocument.of(new Document("d7", "e\u0301a"), tokenizer);
            ScoredDocument theirs = scored(TokenizedDocument.of(new Document("d7", "\u00e9a"), tokenizer));
            assertThatThrownBy(() -> alignment.align(ours, theirs))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("Document d7 has 4 bytes")
                    .hasMessageContaining("at byte 0")
                    .hasMessageContaining("normalise");
        }
    }
}
