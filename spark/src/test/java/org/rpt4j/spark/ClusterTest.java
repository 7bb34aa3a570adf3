package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;

class ClusterTest {

    private static final byte[] NOTHING = {};

    @TempDir
    private Path directory;

    private static byte[] answer(int index, String executor, String fingerprint) {
        return Answer.of(index, executor, new Computed(fingerprint, 5_000_000, 7, NOTHING));
    }

    private static List<WireReader> inOrder(Cluster cluster, List<byte[]> answers) {
        return cluster.inOrder(answers, List.of(3, 3));
    }

    private static Cluster cluster(boolean mixed) {
        return new Cluster(
                LocalCluster.context(),
                ClusterOptions.builder().mixedExecutors(mixed).build());
    }

    @Test
    void refusesAnExecutorThatComputesWithSomethingElse() {
        List<byte[]> answers = List.of(
                answer(0, "executor 1 on a", "engine 1, avx2"), answer(1, "executor 2 on b", "engine 1, avx512"));
        assertThatThrownBy(() -> inOrder(cluster(false), answers))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("executor 2 on b computes with engine 1, avx512")
                .hasMessageContaining("executor 1 on a with engine 1, avx2")
                .hasMessageContaining("mixed-executors");
        assertThat(inOrder(cluster(true), answers)).hasSize(2);
    }

    @Test
    void remembersTheFirstExecutorFromCallToCall() {
        Cluster cluster = cluster(false);
        inOrder(cluster, List.of(answer(0, "executor 1 on a", "engine 1")));
        List<byte[]> later = List.of(answer(0, "executor 1 on a", "engine 2"));
        assertThatThrownBy(() -> inOrder(cluster, later)).isInstanceOf(BackendFailureException.class);
    }

    @Test
    void countsWhatEachExecutorComputed() {
        Cluster cluster = cluster(false);
        inOrder(cluster, List.of(answer(0, "executor 2 on b", "engine 1"), answer(1, "executor 1 on a", "engine 1")));
        inOrder(cluster, List.of(answer(0, "executor 2 on b", "engine 1")));
        assertThat(cluster.uses())
                .containsExactly(
                        new WorkerUse("executor 1 on a", 3, 0.005, 7), new WorkerUse("executor 2 on b", 6, 0.01, 14));
    }

    @Test
    void refusesTheAnswerOfAnotherChunk() {
        List<byte[]> answers = List.of(answer(1, "executor 1 on a", "engine 1"));
        assertThatThrownBy(() -> inOrder(cluster(false), answers))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("chunk 1");
    }

    @Test
    void throwsTheErrorOfAnExecutorWithItsTypeAndItsName() {
        List<RuntimeException> errors = List.of(
                new IllegalArgumentException("bad id"),
                new ContextOverflowException("too long"),
                new BackendMemoryException("too large"));
        for (RuntimeException error : errors) {
            List<byte[]> answers = List.of(Answer.failed(0, "executor 3 on c", error, ""));
            assertThatThrownBy(() -> inOrder(cluster(false), answers))
                    .isExactlyInstanceOf(error.getClass())
                    .hasMessage(error.getMessage() + " [executor 3 on c]");
        }
    }

    /** The driver has the backend, so the call is made as if it had not. */
    @Test
    void namesTheExecutorThatLacksTheBackendAndTheRemedy() {
        Cluster cluster = cluster(false);
        RemoteModel model = new RemoteModel(
                "owner",
                ExecutorRole.POLICY,
                "absent",
                BackendOptions.DEFAULTS,
                List.of(),
                Optional.empty(),
                Set.of(),
                directory.toString());
        assertThatThrownBy(() -> cluster.run("nothing", model, new Operation.LogProbs(1), List.of(NOTHING)))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessageContaining("absent")
                .hasMessageContaining("[executor driver on")
                .hasMessageContaining("spark.executor.extraClassPath");
    }

    /** A fault of the machine is thrown, and Spark, which may try again elsewhere, gives up in the end. */
    @Test
    void saysWhichFileAnExecutorCouldNotFetch() {
        Cluster cluster = cluster(false);
        RemoteModel model = new RemoteModel(
                "owner",
                ExecutorRole.POLICY,
                "reference",
                BackendOptions.DEFAULTS,
                List.of(new ModelFile(false, "config.json", "abc123", 5)),
                Optional.empty(),
                Set.of(),
                directory.resolve("gone").toString());
        assertThatThrownBy(() -> cluster.run("nothing", model, new Operation.LogProbs(1), List.of(NOTHING)))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("cannot fetch config.json")
                .hasMessageContaining("gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"generate", "log-probs"})
    void anInterruptedCallerCancelsTheTasks(String call) {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (SparkBackend cluster = SparkBackend.builder(LocalCluster.context(), BlockingProvider.NAME)
                        .build();
                Policy policy = cluster.openPolicy(model)) {
            Thread caller = Thread.currentThread();
            BlockingProvider.whenBlocked(caller::interrupt);
            assertThatThrownBy(() -> call(policy, call)).isInstanceOf(OperationCancelledException.class);
            assertThat(Thread.interrupted()).as("the caller stays interrupted").isTrue();
            assertTimeoutPreemptively(Duration.ofSeconds(60), BlockingProvider::awaitCancelled);
        }
    }

    private static void call(Policy policy, String call) {
        if (call.equals("generate")) {
            policy.generate(SmallModel.prompts(1), SamplingOptions.greedy(5));
        } else {
            policy.logProbs(TokenBatch.builder(1)
                    .add(new int[] {1}, List.of(new int[] {2}))
                    .build());
        }
    }

    @Test
    void everyErrorOfTheLibraryArrivesAsOne() {
        byte[] answer = Answer.failed(0, "executor 1 on a", new OperationCancelledException("x"), "");
        assertThatThrownBy(() -> Answer.read(answer)).isInstanceOf(RptException.class);
    }
}
