package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;

class LogProbGapTest {

    private static final int TOKENS = 400;
    private static final double BFLOAT16_LIMIT = 0.1;

    /** Rounding in bfloat16, as measured with the djl backend: 99 of 100 tokens within 0.03 nats, a few up to 0.1. */
    @Test
    void aFewTokensThatRoundingMovedFurtherAreWithinTheLimit() {
        double[] gaps = noise();
        gaps[17] = 0.13;
        gaps[350] = -0.09;
        LogProbGap gap = gap(gaps);
        assertThat(gap.nats()).isEqualTo(0.03, within(1e-9));
        gap.requireWithin(BFLOAT16_LIMIT);
    }

    /** A sampler with a wrong mask, cache or temperature. */
    @Test
    void aGapOfMoreTokensThanOneInAHundredIsRefused() {
        double[] gaps = noise();
        for (int t = 0; t < 5; t++) {
            gaps[100 + t] = 0.125;
        }
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap(gaps).requireWithin(BFLOAT16_LIMIT))
                .withMessageContaining("The gap of 0.125 nats");
    }

    @Test
    void oneTokenThatIsFarOffIsRefusedAndNamed() {
        double[] gaps = noise();
        gaps[123] = 1.1;
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap(gaps).requireWithin(BFLOAT16_LIMIT))
                .withMessageContaining("token 123 of rollout 0 of group 1");
    }

    /** Where nothing rounds, a single token that differs is a fault. */
    @Test
    void inSinglePrecisionOneTokenIsEnough() {
        double[] gaps = new double[TOKENS];
        gaps[3] = 0.002;
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap(gaps).requireWithin(RptSettings.LOG_PROB_GAP_LIMIT.byDefault()));
    }

    @Test
    void ofFewTokensNoneMayExceedTheLimit() {
        assertThat(gap(new double[] {0, 0.2, 0.01}).nats()).isEqualTo(0.2, within(1e-9));
    }

    private static double[] noise() {
        return IntStream.range(0, TOKENS)
                .mapToDouble(t -> 0.03 * Math.cos(t * Math.PI / 4))
                .toArray();
    }

    private static LogProbGap gap(double[] gaps) {
        double[] sampled =
                IntStream.range(0, gaps.length).mapToDouble(t -> -1.5).toArray();
        double[] trained =
                IntStream.range(0, gaps.length).mapToDouble(t -> -1.5 + gaps[t]).toArray();
        Rollout rollout = new Rollout(0, new int[gaps.length], sampled, FinishReason.LENGTH, 0);
        MicroBatch batch = new MicroBatch(List.of(new LearningGroup(
                new Prompt(1, new int[] {4}), List.of(new LearningGroup.Member(rollout, 1, 1, true)))));
        return LogProbGap.of(batch, TokenValues.of(batch.tokens(1), trained), 0);
    }
}
