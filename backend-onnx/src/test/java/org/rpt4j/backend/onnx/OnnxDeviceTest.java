package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

class OnnxDeviceTest {

    private static final BackendOptions CUDA =
            BackendOptions.DEFAULTS.toBuilder().device(Device.cuda(0)).build();

    @TempDir
    private Path folder;

    private static String probe() {
        return ((Availability.Available) new OnnxBackendProvider().availability()).detail();
    }

    private static boolean cudaWorks() {
        return probe().endsWith("CUDA usable");
    }

    @Test
    void theProbeTellsWhyCudaCannotBeUsed() {
        assumeTrue(!cudaWorks(), "CUDA can be used here");

        assertThat(probe())
                .startsWith("ONNX Runtime 1.")
                .contains(", cpu, no CUDA: ")
                .contains("Error code");
        assertThatThrownBy(() -> Backends.open("onnx", CUDA))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("Device cuda:0 was asked for")
                .hasMessageContaining("onnxruntime_gpu")
                .hasCauseInstanceOf(OrtException.class);
    }

    @Test
    void bfloat16IsRefusedAndNotIgnored() {
        assertThatThrownBy(() -> Backends.open(
                        "onnx",
                        BackendOptions.DEFAULTS.toBuilder()
                                .precision(Precision.BF16)
                                .build()))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("BF16")
                .hasMessageContaining("Use FP32");
    }

    @Test
    void cudaScoresLikeTheCpu() {
        assumeTrue(cudaWorks(), () -> "skipped: " + probe());
        ModelSource model = TinyModel.QWEN3.write(folder);

        Scores.assertClose(score(model, CUDA), score(model, BackendOptions.DEFAULTS), 1e-3);
    }

    @Test
    void cudaDoesNotGenerate() {
        assumeTrue(cudaWorks(), () -> "skipped: " + probe());
        ModelSource model = TinyModel.QWEN3.write(folder);
        try (Backend backend = Backends.open("onnx", CUDA)) {
            assertThatThrownBy(() -> backend.openPolicy(model)).isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    private static List<TokenScores> score(ModelSource model, BackendOptions options) {
        try (Backend backend = Backends.open("onnx", options);
                ProxyScorer scorer = backend.openProxyScorer(model)) {
            return scorer.score(Scores.sequences(37, 32), ScoringOptions.DEFAULTS);
        }
    }
}
