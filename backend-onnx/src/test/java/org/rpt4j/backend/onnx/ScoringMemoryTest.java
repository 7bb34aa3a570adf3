package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

class ScoringMemoryTest {

    private static final int MIB = 1 << 20;

    private static ScoringMemory of(int vocabulary) {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                vocabulary,
                896,
                3072,
                8,
                14,
                2,
                64,
                8192,
                1e-6,
                1e6,
                new RopeScaling.None(),
                true,
                false,
                false,
                true,
                List.of());
        return ScoringMemory.of(config, OnnxProxyScorer.chunkRows(vocabulary));
    }

    /** Measured as the growth of the resident set on Linux with ONNX Runtime 1.29: 118, 122 and 459 MiB. */
    @Test
    void theEstimateIsNearWhatWasMeasured() {
        assertThat(of(152_000).bytes(512) / MIB).isBetween(118L, 180L);
        assertThat(of(32_000).bytes(512) / MIB).isBetween(122L, 180L);
        assertThat(of(32_000).bytes(4096) / MIB).isBetween(400L, 600L);
    }

    @Test
    void aLargeVocabularyTakesNoMoreThanASmallOne() {
        assertThat(of(1_000_000).headBytes()).isLessThan(4L * of(32_000).headBytes());
        assertThat(of(152_000).toString()).matches("\\d+ MiB and \\d+ KiB per token of a pass");
    }
}
