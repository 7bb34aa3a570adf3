package org.rpt4j.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.task.FakeProxy;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskBuilder;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/** The proxy's candidates on their way from its windows to the positions of a document. */
class CandidatesTest {

    private static final ScoringOptions TWO =
            ScoringOptions.builder().candidates(2).build();

    @TempDir
    private Path first;

    @TempDir
    private Path second;

    private static ScoredDocument score(FakeProxy proxy, int length, OptionalInt beginOfText) {
        TokenizedDocument document =
                new TokenizedDocument("d", IntStream.range(100, 100 + length).toArray());
        CorpusScorer scorer = new CorpusScorer(proxy, TWO, new WindowOptions(7, 3)).withBatchTokens(9);
        return (beginOfText.isPresent() ? scorer.withBeginOfText(beginOfText.getAsInt()) : scorer)
                .score(List.of(document))
                .toList()
                .get(0);
    }

    /** The entropy of the fake proxy is the number of tokens before a position in its window. */
    private static List<Candidate> expected(TokenScores scores, int t) {
        double logProb = -(1 / 3.0 + scores.entropy()[t]);
        return List.of(new Candidate(100 + t - 1, logProb), new Candidate(100 + t, logProb - 1));
    }

    @ParameterizedTest
    @CsvSource({"1, -1", "2, -1", "7, -1", "8, -1", "30, -1", "30, 1"})
    void everyPositionHasTheCandidatesOfTheWindowThatScoresIt(int length, int beginOfText) {
        OptionalInt begin = beginOfText < 0 ? OptionalInt.empty() : OptionalInt.of(beginOfText);

        TokenScores scores = score(new FakeProxy(8), length, begin).scores();

        assertThat(scores.topIds()).hasSize(2 * length);
        assertThat(scores.candidates(0)).isEmpty();
        for (int t = 1; t < length; t++) {
            assertThat(scores.candidates(t)).as("token %d", t).isEqualTo(expected(scores, t));
        }
    }

    @Test
    void aProxyThatLeavesThemOutIsRefused() {
        FakeProxy silent = new FakeProxy(8) {
            @Override
            public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
                return super.score(sequences, ScoringOptions.DEFAULTS);
            }
        };

        assertThatThrownBy(() -> score(silent, 5, OptionalInt.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gave 0 candidates for each token, 2 were asked for");
    }

    @Test
    void aSelectedPositionKeepsThem() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of(), List.of()))) {
            TaskSelection selection = TaskSelection.builder(new PositionSelector.MinEntropy(0))
                    .minContextTokens(1)
                    .build();
            ScoredDocument scored = score(new FakeProxy(8), 5, OptionalInt.empty());

            List<ScoredPosition> positions =
                    new TaskBuilder(tokenizer, selection).select(scored).positions();

            assertThat(positions)
                    .hasSize(4)
                    .allSatisfy(position ->
                            assertThat(position.candidates()).isEqualTo(expected(scored.scores(), position.index())));
        }
    }

    @Test
    void candidatesOfAnotherTokenizerAreThePolicysTokensWithTheSameBytes() {
        try (Tokenizer policy = Tokenizer.open(TinyTokenizers.byteLevel(first, List.of("ab", "cd"), List.of()));
                Tokenizer proxy = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("cd", "ef"), List.of()))) {
            int theirs = proxy.encode("cd")[0];
            int stranger = proxy.encode("ef")[0];
            TokenizedDocument text = TokenizedDocument.of(new Document("d", "xy"), proxy);
            TokenScores scores = new TokenScores(
                            new double[] {Double.NaN, 1}, new int[] {-1, stranger}, new double[] {Double.NaN, -4})
                    .withCandidates(
                            new int[] {-1, -1, -1, stranger, theirs, 'z'},
                            new double[] {Double.NaN, Double.NaN, Double.NaN, -0.5, -1.5, -3});

            TokenScores aligned = new ProxyAlignment(policy, proxy)
                    .align(TokenizedDocument.of(new Document("d", "xy"), policy), new ScoredDocument(text, scores))
                    .scores();

            assertThat(aligned.candidates(1))
                    .containsExactly(new Candidate(policy.encode("cd")[0], -1.5), new Candidate('z', -3));
            assertThat(aligned.topIds()).as("a row ends with what is missing").endsWith(-1);
            assertThat(aligned.candidates(0)).isEmpty();
        }
    }
}
