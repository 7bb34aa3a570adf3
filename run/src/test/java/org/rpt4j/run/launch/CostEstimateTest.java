package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

class CostEstimateTest {

    private static final ModelConfig CONFIG = new ModelConfig(
            Architecture.LLAMA,
            10,
            4,
            8,
            3,
            2,
            1,
            2,
            100,
            1e-5,
            10_000,
            new RopeScaling.None(),
            true,
            false,
            false,
            false,
            List.of());

    private static CostEstimate estimate(long steps, long groups, int rollouts, int completionTokens) {
        return new CostEstimate(
                1000,
                steps,
                10,
                groups,
                steps * groups,
                rollouts,
                completionTokens,
                1,
                2,
                100,
                100,
                2,
                0,
                new OperationCount(CONFIG, false));
    }

    /** 65,536 rollouts of 65,536 tokens are 2^32: an int would have none of them. */
    @Test
    void tokensOfAGroupAreCountedBeyondAnInt() {
        CostEstimate estimate = estimate(3, 2, 1 << 16, 1 << 16);
        estimate.requireCountable();
        assertThat(estimate.tokensRead()).isEqualTo(6 * ((1L << 32) + 10));
        assertThat(estimate.tokensUpdated()).isEqualTo(6L << 32);
        assertThat(estimate.tokensEvaluated()).isEqualTo(2 * (200 * 10 + 100L * (1 << 16)));
    }

    @Test
    void countsBeyondALongAreRefusedWithTheirKeys() {
        for (CostEstimate huge :
                List.of(estimate(1 << 30, 1 << 10, 1 << 16, 1 << 16), estimate(1, 1, 1 << 30, 1 << 30))) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(huge::requireCountable)
                    .withMessageContaining("training.steps")
                    .withMessageContaining("sampling.group-size, sampling.max-tokens");
        }
    }
}
