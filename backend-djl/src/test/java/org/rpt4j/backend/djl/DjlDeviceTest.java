package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

class DjlDeviceTest {

    @TempDir
    private Path directory;

    @Test
    void aMissingDeviceIsAnErrorAndNotAnotherDevice() {
        Device missing = Device.cuda(TorchEngine.start().getGpuCount());

        assertThatThrownBy(() -> Backends.open(
                        "djl",
                        BackendOptions.DEFAULTS.toBuilder().device(missing).build()))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("Device " + missing + " was asked for")
                .hasMessageContaining("CUDA");
    }

    @Test
    void cudaAgreesWithTheCpu() {
        assumeTrue(TorchEngine.start().getGpuCount() > 0, "no CUDA device, or libtorch without CUDA");
        ModelSource source = TinyModel.QWEN3.write(directory);

        double[] cpu = logProbsAfterAStep(source, Device.CPU);
        double[] cuda = logProbsAfterAStep(source, Device.cuda(0));

        assertThat(cuda).containsExactly(cpu, within(1e-3));
    }

    private static double[] logProbsAfterAStep(ModelSource source, Device device) {
        try (Backend backend = Backends.open(
                "djl", BackendOptions.DEFAULTS.toBuilder().device(device).build())) {
            TrainablePolicy policy = backend.openTrainablePolicy(source);
            try (Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.PAPER.toBuilder().learningRate(1e-3).build())) {
                Batches.accumulate(policy, 3);
                optimizer.step();
            }
            return policy.logProbs(Batches.random(9)).values();
        }
    }
}
