package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.tck.TinyModel;

/** Nothing that an operation allocates outlives it. */
class DjlLeakTest {

    @TempDir
    private Path directory;

    @Test
    void everyOperationFreesItsTensors() {
        try (DjlBackend backend = new DjlBackend(
                BackendOptions.DEFAULTS.toBuilder().recomputeActivations(true).build())) {
            DjlPolicy policy = (DjlPolicy) backend.openTrainablePolicy(TinyModel.QWEN2.write(directory));
            try (Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                work(policy, optimizer, 0);
                int afterFirst = liveTensors(policy);
                for (int round = 1; round < 5; round++) {
                    work(policy, optimizer, round);
                }
                assertThat(liveTensors(policy)).isEqualTo(afterFirst);
            }
        }
    }

    @Test
    void closingABackendEndsItsThread() throws InterruptedException {
        DjlBackend backend = new DjlBackend(BackendOptions.DEFAULTS);
        backend.openPolicy(TinyModel.LLAMA.write(directory));
        long running = engineThreads();

        backend.close();

        long deadline = System.nanoTime() + 5_000_000_000L;
        while (engineThreads() >= running && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(engineThreads()).isLessThan(running);
    }

    private static void work(DjlPolicy policy, Optimizer optimizer, int round) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(3)
                .temperature(1)
                .maxTokens(12)
                .stopTokens(Set.of(2))
                .seed(round)
                .build();
        policy.generate(List.of(new Prompt(1, new int[] {3, 4}), new Prompt(2, new int[] {5})), sampling);
        policy.logProbs(Batches.random(round));
        Batches.accumulate(policy, round);
        optimizer.step();
    }

    private static int liveTensors(DjlPolicy policy) {
        return policy.onEngine("count", () -> policy.model().liveTensors());
    }

    private static long engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("rpt4j-djl"))
                .count();
    }
}
