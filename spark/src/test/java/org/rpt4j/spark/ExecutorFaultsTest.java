package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.tck.reference.ReferenceBackend;

/** One of two executors, in processes of their own, has a fault that its machine may have. */
@Tag("cluster")
class ExecutorFaultsTest {

    private static final SamplingOptions SAMPLING =
            SamplingOptions.builder().groupSize(4).temperature(1).maxTokens(60).build();
    private static final ClusterOptions ONE_BY_ONE =
            ClusterOptions.builder().promptsPerTask(1).build();

    @TempDir
    private Path directory;

    private ExecutorProcesses processes(int delayMillis, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(
                "spark.executor.extraJavaOptions",
                "-D" + ImpairedProvider.CLAIM + "=" + directory.resolve("claim") + " -D" + ImpairedProvider.DELAY + "="
                        + delayMillis);
        return new ExecutorProcesses(entry -> true, all);
    }

    private static SparkBackend cluster(ExecutorProcesses processes, ClusterOptions options) {
        return SparkBackend.builder(processes.context(), ImpairedProvider.NAME)
                .cluster(options)
                .build();
    }

    private static List<RolloutGroup> alone(ModelSource model) {
        try (ReferenceBackend alone = new ReferenceBackend(BackendOptions.DEFAULTS)) {
            return alone.openPolicy(model).generate(SmallModel.prompts(12), SAMPLING);
        }
    }

    @Test
    void anExecutorWithAnotherVersionIsNamedWithTheOneThatItDiffersFrom() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (ExecutorProcesses processes = processes(0, Map.of())) {
            processes.awaitBoth();
            try (SparkBackend strict = cluster(processes, ONE_BY_ONE);
                    Policy policy = strict.openPolicy(model)) {
                assertThatThrownBy(() -> policy.generate(SmallModel.prompts(12), SAMPLING))
                        .isInstanceOf(BackendFailureException.class)
                        .hasMessageContaining("executor 0 on")
                        .hasMessageContaining("executor 1 on")
                        .hasMessageContaining("engine 1.0")
                        .hasMessageContaining("engine 1.1")
                        .hasMessageContaining("mixed-executors");
            }
            try (SparkBackend tolerant = cluster(
                            processes,
                            ONE_BY_ONE.toBuilder().mixedExecutors(true).build());
                    Policy policy = tolerant.openPolicy(model)) {
                assertThat(policy.generate(SmallModel.prompts(12), SAMPLING)).isEqualTo(alone(model));
            }
        }
    }

    @Test
    void aSlowExecutorIsOvertakenAndChangesNoRollout() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        Map<String, String> speculation = Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.minTaskRuntime", "100ms",
                "spark.speculation.quantile", "0.5",
                "spark.speculation.multiplier", "1.5");
        try (ExecutorProcesses processes = processes(20_000, speculation)) {
            processes.awaitBoth();
            try (SparkBackend cluster = cluster(processes, ONE_BY_ONE);
                    Policy policy = cluster.openPolicy(model)) {
                assertThat(policy.generate(SmallModel.prompts(12), SAMPLING)).isEqualTo(alone(model));
                assertThat(processes.speculated())
                        .as("tasks that were started a second time")
                        .isPositive();
            }
        }
    }

    @Test
    void aDiskWithoutRoomIsReportedWithTheExecutorAndTheRemedy() throws Exception {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (ExecutorProcesses processes = processes(0, Map.of())) {
            processes.awaitBoth();
            ExecutorProcesses.limitFiles(1024);
            try (SparkBackend cluster = cluster(processes, ONE_BY_ONE);
                    Policy policy = cluster.openPolicy(model)) {
                assertThatThrownBy(() -> policy.generate(SmallModel.prompts(2), SAMPLING))
                        .isInstanceOf(BackendFailureException.class)
                        .hasMessageContaining("cannot fetch ")
                        .hasMessageContaining("-Djava.io.tmpdir in spark.executor.extraJavaOptions")
                        .hasMessageMatching("(?s).*executor [01].*");
            }
        }
    }
}
