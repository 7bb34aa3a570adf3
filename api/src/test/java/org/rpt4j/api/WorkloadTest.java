package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    @Test
    void tokensAreCountedBeyondAnInt() {
        Workload work = new Workload(Capability.GENERATE, 65_536, 1024, 4096, 8192);
        assertThat(work.sequences()).isEqualTo(1L << 26);
        assertThat(work.predictedTokens()).isEqualTo(1L << 39);
        assertThat(work.tokens()).isEqualTo((1L << 39) + (1L << 28));
    }

    @Test
    void trainingAnAdapterIsTraining() {
        assertThatThrownBy(() -> new Workload(Capability.ADAPT, 1, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAIN");
    }

    @Test
    void decodingInASessionIsGenerating() {
        assertThatThrownBy(() -> new Workload(Capability.DECODE, 1, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GENERATE");
    }

    @Test
    void readingGradientsIsTraining() {
        assertThatThrownBy(() -> new Workload(Capability.GRADIENTS, 1, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAIN");
    }

    @Test
    void moreTokensThanAnyMachineHoldsAreRefused() {
        for (Capability operation :
                EnumSet.complementOf(EnumSet.of(Capability.ADAPT, Capability.DECODE, Capability.GRADIENTS))) {
            assertThatThrownBy(() -> new Workload(
                            operation, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("completions 2147483647")
                    .hasMessageContaining("completionTokens 2147483647")
                    .hasMessageContaining("1099511627776 tokens");
        }
        assertThat(new Workload(Capability.SCORE, 1 << 20, 0, 1 << 20, 0).tokens())
                .isEqualTo(1L << 40);
        assertThatThrownBy(() -> new Workload(Capability.SCORE, 1 << 20, 0, (1 << 20) + 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
