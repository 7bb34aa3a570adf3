package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** By hand: a token costs 864 operations in the layers, a pair of tokens 48, a predicted token 80. */
class OperationCountTest {

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

    @ParameterizedTest
    @CsvSource({
        // 5 tokens, 15 pairs, 4 of them predicted
        "SCORE, 1, 0, 5, 0, false, 5360",
        // 7 tokens, 6 + 2 * 9 pairs, 4 predicted
        "LOG_PROBS, 1, 2, 3, 2, false, 7520",
        // the last token of both is never fed back: 5 tokens, 6 + 2 * 4 pairs; 1 + 2 rows of logits
        "GENERATE, 1, 2, 3, 2, false, 5232",
        // 3 * 6048 + 3.5 * 1152 + 4 * 320
        "TRAIN, 1, 2, 3, 2, false, 23456",
        "TRAIN, 1, 2, 3, 2, true, 30656",
        "TRAIN, 5, 2, 3, 2, true, 153280",
    })
    void aCallCostsWhatItsProductsCost(
            Capability operation,
            int prompts,
            int completions,
            int prompt,
            int completion,
            boolean again,
            double cost) {
        Workload work = new Workload(operation, prompts, completions, prompt, completion);

        assertThat(new OperationCount(CONFIG, again).of(work)).isEqualTo(cost);
    }

    /** 2 of 6 experts of width 5 instead of a feed-forward of 8, and the router: 2 * 4 * (3 * 2 + 6) more a token. */
    @Test
    void aTokenCostsTheExpertsThatItUses() {
        Workload work = new Workload(Capability.SCORE, 1, 0, 5, 0);
        ModelConfig experts = new ModelConfig(
                Architecture.QWEN3_MOE,
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
                true,
                List.of(),
                DecoderSwitches.builder(3, 2)
                        .experts(new Experts(6, 2, 5, true, Set.of(1)))
                        .build());

        assertThat(new OperationCount(experts, false).of(work)).isEqualTo(5360 + 5 * 2 * 96);
    }
}
