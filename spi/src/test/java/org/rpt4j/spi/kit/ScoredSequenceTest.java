package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.TokenScores;

class ScoredSequenceTest {

    @Test
    void theFirstTokenHasNoScore() {
        ScoredSequence sequence = new ScoredSequence(2);
        sequence.set(1, 0.5, 7, -2);

        TokenScores scores = sequence.scores();

        assertThat(scores.entropy()).containsExactly(Double.NaN, 0.5);
        assertThat(scores.argmax()).containsExactly(-1, 7);
        assertThat(scores.trueLogProb()).containsExactly(Double.NaN, -2);
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
