package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.core.train.TrainingRun;

/** Calls from virtual threads, many more than there are carriers. Skipped before Java 21. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class VirtualThreadsTest {

    private static final int CALLERS = 64;
    private static final List<Prompt> PROMPTS = List.of(new Prompt(1, new int[] {3, 4}));

    @TempDir
    private Path directory;

    @BeforeEach
    void needsVirtualThreads() {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads come with Java 21");
    }

    /** Found by reflection, since this is compiled for Java 17. */
    private static Thread start(Runnable work) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String entropies(ProxyScorer scorer) {
        return scorer.score(World.sequences(2, 1), ScoringOptions.DEFAULTS).stream()
                .map(scores -> Arrays.toString(scores.entropy()))
                .toList()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void manyCallersAreServed(String name) {
        Executor virtual = VirtualThreadsTest::start;
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(World.model(directory));
                ProxyScorer scorer = backend.openProxyScorer(World.model(directory))) {
            List<?> generated = policy.generate(PROMPTS, World.SAMPLING);
            String scored = entropies(scorer);
            for (int caller = 0; caller < CALLERS; caller += 2) {
                CompletableFuture<List<?>> generating =
                        CompletableFuture.supplyAsync(() -> policy.generate(PROMPTS, World.SAMPLING), virtual);
                CompletableFuture<String> scoring = CompletableFuture.supplyAsync(() -> entropies(scorer), virtual);
                assertThat(generating.join()).usingRecursiveComparison().isEqualTo(generated);
                assertThat(scoring.join()).isEqualTo(scored);
            }
            List<CompletableFuture<List<?>>> atOnce = IntStream.range(0, CALLERS)
                    .mapToObj(i -> CompletableFuture.<List<?>>supplyAsync(
                            () -> policy.generate(PROMPTS, World.SAMPLING), virtual))
                    .toList();
            assertThat(atOnce)
                    .allSatisfy(call ->
                            assertThat(call.join()).usingRecursiveComparison().isEqualTo(generated));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aRunTrainsOnAVirtualThread(String name) {
        try (Backend backend = Engines.open(name);
                TrainablePolicy policy = backend.openTrainablePolicy(World.model(directory));
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            TrainingRun run = TrainingRun.start(
                    World.trainer(policy, optimizer, World.settings(4, 7)).build(), VirtualThreadsTest::start);
            assertThat(run.result().join().outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aVirtualThreadThatIsInterruptedEndsItsCall(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(World.model(directory))) {
            CompletableFuture<List<?>> call = new CompletableFuture<>();
            Thread thread = start(() -> {
                try {
                    Thread.currentThread().interrupt();
                    call.complete(policy.generate(PROMPTS, World.SAMPLING));
                } catch (OperationCancelledException e) {
                    call.completeExceptionally(e);
                }
            });
            thread.join();
            assertThatThrownBy(call::join).hasCauseInstanceOf(OperationCancelledException.class);
        }
    }
}
