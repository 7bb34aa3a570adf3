package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.error.NumericalException;

class ScoredSequenceTest {

    @Test
    void theFirstTokenHasNoScore() {
        ScoredSequence sequence = new ScoredSequence(2, 0);
        sequence.set(1, 0.5, 7, -2);

        TokenScores scores = sequence.scores();

        assertThat(scores.entropy()).containsExactly(Double.NaN, 0.5);
        assertThat(scores.argmax()).containsExactly(-1, 7);
        assertThat(scores.trueLogProb()).containsExactly(Double.NaN, -2);
        assertThat(scores.candidates()).isZero();
    }

    @Test
    void candidatesAreRowsAndTheFirstTokenHasNone() {
        ScoredSequence sequence = new ScoredSequence(2, 2);
        sequence.set(1, 0.5, 7, -2);
        sequence.setCandidate(1, 0, 7, -0.25);
        sequence.setCandidate(1, 1, 3, -2);

        TokenScores scores = sequence.scores();

        assertThat(scores.topIds()).containsExactly(-1, -1, 7, 3);
        assertThat(scores.topLogProbs()).containsExactly(Double.NaN, Double.NaN, -0.25, -2);
        assertThat(scores.candidates(0)).isEmpty();
        assertThat(scores.candidates(1)).containsExactly(new Candidate(7, -0.25), new Candidate(3, -2));
    }

    @Test
    void aCandidateThatIsNotFiniteIsRefusedWithItsToken() {
        ScoredSequence sequence = new ScoredSequence(9, 2);

        assertThatThrownBy(() -> sequence.setCandidate(3, 1, 7, Double.NEGATIVE_INFINITY))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("candidate 1 for token 3 of a sequence of 9 tokens");
    }

    @ParameterizedTest
    @CsvSource({"NaN, -2", "0.5, NaN", "0.5, -Infinity", "Infinity, -2"})
    void aScoreThatIsNotFiniteIsRefusedWithItsToken(double entropy, double logProb) {
        ScoredSequence sequence = new ScoredSequence(9, 2);

        assertThatThrownBy(() -> sequence.set(3, entropy, 7, logProb))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("token 3 of a sequence of 9 tokens")
                .hasMessageContaining("not finite");
    }

    @Test
    void packsKeepTheOrderAndTheBoundUnlessOneSequenceExceedsIt() {
        List<int[]> sequences = List.of(new int[3], new int[2], new int[1], new int[9], new int[5]);

        List<List<int[]>> packs = ScoredSequence.packs(sequences, 5);

        assertThat(packs).hasSize(4);
        assertThat(packs.stream().flatMap(List::stream).toList()).containsExactlyElementsOf(sequences);
        assertThat(packs.stream().map(List::size)).containsExactly(2, 1, 1, 1);
        assertThat(ScoredSequence.packs(List.of(), 5)).isEmpty();
    }
}
