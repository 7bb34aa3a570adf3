package org.rpt4j.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.task.FakeProxy;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;

class CorpusScorerTest {

    private static TokenizedDocument document(String id, int length) {
        return new TokenizedDocument(id, IntStream.range(100, 100 + length).toArray());
    }

    private static CorpusScorer scorer(FakeProxy proxy, int window, int overlap) {
        return new CorpusScorer(proxy, ScoringOptions.DEFAULTS, new WindowOptions(window, overlap));
    }

    @ParameterizedTest
    @CsvSource({"8,4", "8,1", "8,7", "2,1", "5,3"})
    void everyPositionHasTheMostLeftContextThatAWindowGives(int window, int overlap) {
        for (int length = 1; length < 40; length++) {
            TokenScores scores = scorer(new FakeProxy(8), window, overlap)
                    .score(List.of(document("d", length)))
                    .toList()
                    .get(0)
                    .scores();
            assertThat(scores.entropy()[0]).isNaN();
            assertThat(scores.argmax()[0]).isEqualTo(-1);
            assertThat(scores.trueLogProb()[0]).isNaN();
            for (int t = 1; t < length; t++) {
                assertThat(scores.entropy()[t]).as("%d of %d", t, length).isEqualTo(mostContext(t, window, overlap));
                assertThat(scores.argmax()[t]).isEqualTo(100 + t - 1);
                assertThat(scores.trueLogProb()[t]).isEqualTo(-(100 + t));
            }
        }
    }

    /** By definition: the largest distance from the start of any window that contains t. */
    private static int mostContext(int t, int window, int overlap) {
        int best = 0;
        for (int start = 0; start <= t; start += window - overlap) {
            best = t < start + window ? Math.max(best, t - start) : best;
        }
        return best;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 20, 1000})
    void batchesDoNotChangeTheScores(int batchTokens) {
        List<TokenizedDocument> documents = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            documents.add(document("d" + i, (i * 7) % 23));
        }
        FakeProxy proxy = new FakeProxy(8);
        List<ScoredDocument> scored = scorer(proxy, 8, 3)
                .withBatchTokens(batchTokens)
                .score(documents)
                .toList();
        assertThat(scored).extracting(ScoredDocument::document).containsExactlyElementsOf(documents);
        for (int i = 0; i < documents.size(); i++) {
            double[] alone = scorer(new FakeProxy(8), 8, 3)
                    .score(List.of(documents.get(i)))
                    .toList()
                    .get(0)
                    .scores()
                    .entropy();
            assertThat(scored.get(i).scores().entropy()).isEqualTo(alone);
        }
        for (List<int[]> call : proxy.calls) {
            int tokens = call.stream().mapToInt(sequence -> sequence.length).sum();
            assertThat(call.size() == 1 || tokens <= batchTokens).isTrue();
        }
        assertThat(proxy.calls.size() == 1).isEqualTo(batchTokens == 1000);
    }

    @Test
    void emptyDocumentsAreNotSentToTheProxy() {
        FakeProxy proxy = new FakeProxy(8);
        List<ScoredDocument> scored = scorer(proxy, 8, 4)
                .score(List.of(document("a", 0), document("b", 2), document("c", 0)))
                .toList();
        assertThat(scored).extracting(s -> s.document().id()).containsExactly("a", "b", "c");
        assertThat(proxy.calls).hasSize(1);
        assertThat(scorer(proxy, 8, 4).score(List.of(document("a", 0))).toList())
                .hasSize(1);
        assertThat(proxy.calls).hasSize(1);
    }

    @Test
    void aBeginOfTextTokenIsContextButNotScored() {
        FakeProxy proxy = new FakeProxy(8);
        TokenScores scores = scorer(proxy, 7, 3)
                .withBeginOfText(1)
                .score(List.of(document("d", 11)))
                .toList()
                .get(0)
                .scores();
        assertThat(proxy.calls.get(0))
                .allSatisfy(sequence -> assertThat(sequence[0]).isEqualTo(1));
        assertThat(scores.entropy()[0]).isNaN();
        assertThat(scores.entropy()).containsSequence(2, 3, 4, 5, 6, 7);
        for (int t = 1; t < 11; t++) {
            assertThat(scores.entropy()[t]).isEqualTo(1 + mostContext(t, 7, 3));
            assertThat(scores.trueLogProb()[t]).isEqualTo(-(100 + t));
        }
    }

    @Test
    void scoresAsManyTokensAtATimeAsKeepTheProxyBusy() {
        FakeProxy proxy = new FakeProxy(8);
        proxy.batchTokens = 20;
        scorer(proxy, 8, 1).score(List.of(document("a", 40), document("b", 8))).toList();
        assertThat(proxy.calls).extracting(List::size).containsExactly(2, 2, 2, 1);
    }

    @Test
    void reportsProgressInDocumentTokens() {
        List<Long> progress = new ArrayList<>();
        scorer(new FakeProxy(8), 8, 4)
                .withBatchTokens(8)
                .score(List.of(document("a", 20), document("b", 3)), progress::add)
                .toList();
        assertThat(progress).isSorted().endsWith(23L).hasSizeGreaterThan(3);
    }

    @Test
    void readsDocumentsAsTheyAreNeeded() {
        int[] read = {0};
        Iterable<TokenizedDocument> endless = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public TokenizedDocument next() {
                return document("d" + read[0]++, 5);
            }
        };
        assertThat(scorer(new FakeProxy(8), 8, 4)
                        .withBatchTokens(10)
                        .score(endless)
                        .limit(3))
                .extracting(s -> s.document().id())
                .containsExactly("d0", "d1", "d2");
        assertThat(read[0]).isLessThan(12);
    }

    @Test
    void windowsMustFitTheProxy() {
        assertThatThrownBy(() -> scorer(new FakeProxy(8), 9, 4))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("at most 8");
        CorpusScorer full = scorer(new FakeProxy(8), 8, 4);
        assertThatThrownBy(() -> full.withBeginOfText(1))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("at most 7");
    }

    @Test
    void refusesSettingsByName() {
        assertThatThrownBy(() -> new WindowOptions(1, 1)).hasMessageContaining("windowTokens");
        assertThatThrownBy(() -> new WindowOptions(8, 0)).hasMessageContaining("overlapTokens");
        assertThatThrownBy(() -> new WindowOptions(8, 8)).hasMessageContaining("overlapTokens");
        assertThatThrownBy(() -> scorer(new FakeProxy(8), 8, 4).withBatchTokens(0))
                .hasMessageContaining("batchTokens");
        assertThat(WindowOptions.filling(2048)).isEqualTo(new WindowOptions(2048, 1024));
    }
}
