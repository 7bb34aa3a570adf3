package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rpt4j.tck.reference.Softmax;

class TokenSamplerTest {

    /** Probabilities 0.1, 0.4, 0.05, 0.3, 0.15 of ids 0 to 4. */
    private static final float[] LOGITS = {ln(0.1), ln(0.4), ln(0.05), ln(0.3), ln(0.15)};

    private static float ln(double probability) {
        return (float) Math.log(probability);
    }

    private static InferenceOptions.Builder warm() {
        return InferenceOptions.builder().temperature(1);
    }

    private static Set<Integer> drawn(InferenceOptions.Builder options) {
        TokenSampler sampler = new TokenSampler(options.build());
        Set<Integer> ids = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(sampler.choose(LOGITS, i / 1000.0));
        }
        return ids;
    }

    /** Share of the unit interval that draws an id. */
    private static double share(InferenceOptions.Builder options, int id) {
        TokenSampler sampler = new TokenSampler(options.build());
        int hits = 0;
        for (int i = 0; i < 10_000; i++) {
            hits += sampler.choose(LOGITS, (i + 0.5) / 10_000) == id ? 1 : 0;
        }
        return hits / 10_000.0;
    }

    @Test
    void withoutCutsADrawIsThatOfThePolicy() {
        double[] wide = new double[LOGITS.length];
        for (int id = 0; id < wide.length; id++) {
            wide[id] = LOGITS[id];
        }
        for (double temperature : new double[] {0.5, 1, 3}) {
            TokenSampler sampler =
                    new TokenSampler(warm().temperature(temperature).build());
            for (double uniform = 0; uniform < 1; uniform += 0.01) {
                assertThat(sampler.choose(LOGITS, uniform))
                        .isEqualTo(Softmax.inverseCdf(Softmax.probabilities(wide, temperature), uniform));
            }
        }
    }

    @Test
    void greedyTakesTheLowestOfEqualIdsWhateverTheDrawAndTheCuts() {
        TokenSampler sampler =
                new TokenSampler(InferenceOptions.builder().topK(1).topP(0.1).build());
        assertThat(sampler.choose(new float[] {1, 2, 2}, 0.99)).isEqualTo(1);
    }

    @Test
    void topKKeepsTheMostProbable() {
        assertThat(drawn(warm().topK(1))).containsExactly(1);
        assertThat(drawn(warm().topK(3))).containsExactly(1, 3, 4);
        assertThat(drawn(warm().topK(5))).hasSize(5);
        assertThat(drawn(warm().topK(50))).hasSize(5);
        assertThat(new TokenSampler(warm().topK(2).build()).choose(new float[] {3, 3, 3}, 0.999))
                .isEqualTo(1);
    }

    @Test
    void topPKeepsTheFewestThatReachIt() {
        assertThat(drawn(warm().topP(0.3))).containsExactly(1);
        assertThat(drawn(warm().topP(0.5))).containsExactly(1, 3);
        assertThat(drawn(warm().topP(0.8))).containsExactly(1, 3, 4);
        assertThat(drawn(warm().topP(0.99))).hasSize(5);
    }

    @Test
    void minPKeepsAShareOfTheMostProbable() {
        assertThat(drawn(warm().minP(0.3))).containsExactly(1, 3, 4);
        assertThat(drawn(warm().minP(0.8))).containsExactly(1);
    }

    @Test
    void eachCutAppliesToWhatTheOneBeforeLeft() {
        // 0.4 and 0.3 are left by top-k: of these two, 0.4 / 0.7 = 0.57 reaches 0.55, but of all it would not.
        assertThat(drawn(warm().topK(2).topP(0.55))).containsExactly(1);
        assertThat(drawn(warm().topP(0.55))).containsExactly(1, 3);
        // At temperature 2 the distribution is flatter: cuts come after the temperature.
        assertThat(drawn(warm().topP(0.6))).containsExactly(1, 3);
        assertThat(drawn(warm().temperature(2).topP(0.6))).containsExactly(1, 3, 4);
    }

    @Test
    void theRestKeepsItsProportions() {
        assertThat(share(warm().topK(2), 1)).isCloseTo(0.4 / 0.7, within(1e-3));
        assertThat(share(warm().topK(2), 3)).isCloseTo(0.3 / 0.7, within(1e-3));
        assertThat(share(warm(), 2)).isCloseTo(0.05, within(1e-3));
    }

    @Test
    void aTokenWithoutALogitIsNeverDrawn() {
        float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
        for (InferenceOptions.Builder options :
                new InferenceOptions.Builder[] {warm(), warm().topK(2), warm().topP(0.9), warm().minP(0.1)}) {
            assertThat(new TokenSampler(options.build()).choose(logits, 0.999)).isEqualTo(1);
            assertThat(new TokenSampler(options.build()).choose(logits, 0)).isEqualTo(1);
        }
    }
}
