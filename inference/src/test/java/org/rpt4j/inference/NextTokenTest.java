package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NextTokenTest {

    private static float ln(double probability) {
        return (float) Math.log(probability);
    }

    @Test
    void theEntropyIsThatOfTheSoftmaxInNats() {
        // H(1/2, 1/4, 1/4) = 1.5 ln 2, whatever constant the logits have in common.
        float[] logits = {100 + ln(0.5), 100 + ln(0.25), Float.NEGATIVE_INFINITY, 100 + ln(0.25)};

        assertThat(new NextToken(logits).entropy()).isCloseTo(1.5 * Math.log(2), within(1e-5));
        assertThat(new NextToken(new float[] {0, -2000, Float.NEGATIVE_INFINITY}).entropy())
                .isZero();
        assertThat(new NextToken(new float[1000]).entropy()).isCloseTo(Math.log(1000), within(1e-9));
    }

    @Test
    void theMostProbableTokensComeFirst() {
        NextToken next = new NextToken(new float[] {ln(0.2), ln(0.3), ln(0.3), ln(0.2), Float.NEGATIVE_INFINITY});

        assertThat(next.top(3)).extracting(TokenLogProb::token).containsExactly(1, 2, 0);
        assertThat(next.top(9)).hasSize(4);
        assertThat(next.top(0)).isEmpty();
        assertThat(next.top(1).get(0).logProb()).isCloseTo(Math.log(0.3), within(1e-6));
    }
}
