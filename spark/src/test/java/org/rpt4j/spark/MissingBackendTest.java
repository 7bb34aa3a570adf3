package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.BackendNotFoundException;

/** Executors in processes of their own whose class path lacks a backend that the driver has. */
@Tag("cluster")
class MissingBackendTest {

    @TempDir
    private Path directory;

    @Test
    void anExecutorWithoutTheBackendIsNamedWithTheRemedy() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (ExecutorProcesses processes = new ExecutorProcesses(entry -> !entry.contains("backend-native"));
                SparkBackend cluster =
                        SparkBackend.builder(processes.context(), "native").build();
                Policy policy = cluster.openPolicy(model)) {
            assertThatThrownBy(() -> policy.generate(SmallModel.prompts(1), SamplingOptions.greedy(5)))
                    .isInstanceOf(BackendNotFoundException.class)
                    .hasMessageContaining("No backend named \"native\"")
                    .hasMessageContaining("spark.executor.extraClassPath")
                    .hasMessageMatching("(?s).*\\[executor \\d+ on .*");
        }
    }
}
