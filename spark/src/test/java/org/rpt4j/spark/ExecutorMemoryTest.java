package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.BackendMemoryException;

class ExecutorMemoryTest {

    private static final Workload CALL = new Workload(Capability.GENERATE, 4, 8, 100, 200);

    private static ExecutorMemory memory(ExecutorMemory.Budget budget, String owner, Device device, int mib) {
        return new ExecutorMemory(
                budget,
                owner,
                work -> Optional.of(new MemoryEstimate(
                        device,
                        Map.of(MemoryUse.WEIGHTS, (mib / 2L) << 20),
                        List.of(Map.of(MemoryUse.KV_CACHE, (mib / 2L) << 20)),
                        Optional.empty())));
    }

    private static ExecutorMemory.Budget budget(String... settings) {
        SparkConf conf = new SparkConf(false);
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        return ExecutorMemory.Budget.of(conf, false);
    }

    @Test
    void refusesACallThatDoesNotFitBesideTheHeap() {
        ExecutorMemory memory = memory(budget("spark.executor.memoryOverhead", "1000m"), "a", Device.CPU, 800);
        assertThatThrownBy(() -> memory.require(CALL))
                .isInstanceOf(BackendMemoryException.class)
                .hasMessageContaining("needs 1056 MiB")
                .hasMessageContaining("has 1000 MiB")
                .hasMessageContaining("spark.executor.memoryOverhead to at least 1056m");
        ExecutorMemory smaller = memory(budget("spark.executor.memoryOverhead", "1056"), "a", Device.CPU, 800);
        assertThatCode(() -> smaller.require(CALL)).doesNotThrowAnyException();
    }

    @Test
    void knowsSparksDefaults() {
        assertThatThrownBy(() -> memory(budget(), "a", Device.CPU, 200).require(CALL))
                .hasMessageContaining("has 384 MiB");
        assertThatThrownBy(() -> memory(budget("spark.executor.memory", "8g"), "a", Device.CPU, 800)
                        .require(CALL))
                .hasMessageContaining("has 819 MiB");
        assertThatThrownBy(() -> memory(
                                budget("spark.executor.memory", "8g", "spark.executor.memoryOverheadFactor", "0.05"),
                                "a",
                                Device.CPU,
                                800)
                        .require(CALL))
                .hasMessageContaining("has 409 MiB");
    }

    @Test
    void countsWhatOtherOpenModelsKeep() {
        ExecutorMemory.Budget budget = budget("spark.executor.memoryOverhead", "1000m");
        ExecutorMemory first = memory(budget, "first", Device.CPU, 600);
        ExecutorMemory second = memory(budget, "second", Device.CPU, 600);
        first.require(CALL);
        assertThatThrownBy(() -> second.require(CALL)).hasMessageContaining("other open models 300 MiB");
        first.forget();
        assertThatCode(() -> second.require(CALL)).doesNotThrowAnyException();
    }

    @Test
    void leavesTheMemoryOfADeviceToTheBackend() {
        ExecutorMemory memory = memory(budget(), "a", Device.cuda(0), 80_000);
        assertThatCode(() -> memory.require(CALL)).doesNotThrowAnyException();
    }

    @Test
    void aLocalMasterHasNoContainers() {
        ExecutorMemory.Budget local = ExecutorMemory.Budget.of(new SparkConf(false), true);
        assertThatCode(() -> memory(local, "a", Device.CPU, 80_000).require(CALL))
                .doesNotThrowAnyException();
    }
}
