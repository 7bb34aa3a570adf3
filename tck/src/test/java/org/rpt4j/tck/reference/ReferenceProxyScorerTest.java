package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.tck.TinyModel;

class ReferenceProxyScorerTest {

    private static final double EXACT = 1e-14;

    /** Logits of the probabilities 0.1, 0.4, 0.2 and 0.3. */
    private static final double[] LOGITS =
            Arrays.stream(new double[] {1, 4, 2, 3}).map(Math::log).toArray();

    @TempDir
    private Path directory;

    @Test
    void entropyOfTheTopTwoRenormalised() {
        double expected = -(4 / 7.0 * Math.log(4 / 7.0) + 3 / 7.0 * Math.log(3 / 7.0));
        assertThat(ReferenceProxyScorer.entropy(
                        LOGITS, ScoringOptions.builder().topK(2).build()))
                .isCloseTo(expected, within(EXACT));
    }

    @Test
    void entropyOfTheTopTwoOfTheFullSoftmax() {
        double expected = -(0.4 * Math.log(0.4) + 0.3 * Math.log(0.3));
        assertThat(ReferenceProxyScorer.entropy(
                        LOGITS,
                        ScoringOptions.builder().topK(2).renormalise(false).build()))
                .isCloseTo(expected, within(EXACT));
    }

    @Test
    void entropyOfEverythingDoesNotDependOnTheMode() {
        double expected = -(0.1 * Math.log(0.1) + 0.4 * Math.log(0.4) + 0.2 * Math.log(0.2) + 0.3 * Math.log(0.3));
        assertThat(ReferenceProxyScorer.entropy(
                        LOGITS, ScoringOptions.builder().topK(4).build()))
                .isCloseTo(expected, within(EXACT));
        assertThat(ReferenceProxyScorer.entropy(
                        LOGITS,
                        ScoringOptions.builder().topK(9).renormalise(false).build()))
                .isCloseTo(expected, within(EXACT));
    }

    @Test
    void aPositionIsScoredFromTheLogitsBeforeIt() {
        int[] tokens = {3, 1, 4, 1, 5};
        try (ReferenceProxyScorer scorer = new ReferenceProxyScorer(TinyModel.LLAMA.write(directory))) {
            TokenScores scores =
                    scorer.score(List.of(tokens), ScoringOptions.DEFAULTS).get(0);
            for (int t = 1; t < tokens.length; t++) {
                double[] logits = new ReferenceForward(TinyModel.LLAMA.model())
                        .append(Arrays.copyOf(tokens, t))
                        .logits(t - 1);
                double total = Arrays.stream(logits).map(Math::exp).sum();
                assertThat(scores.trueLogProb()[t]).isCloseTo(logits[tokens[t]] - Math.log(total), within(1e-12));
                assertThat(logits[scores.argmax()[t]])
                        .isEqualTo(Arrays.stream(logits).max().orElseThrow());
            }
        }
    }
}
