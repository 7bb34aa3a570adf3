package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/** Several runs and scorers in one JVM at the same time: each behaves as if alone. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ConcurrencyTest {

    private static final int STEPS = 12;

    @TempDir
    private Path directory;

    @Test
    void runsAndScorersThatShareAProcessAreAsIfAlone() {
        ModelSource model = World.model(directory);
        List<Callable<List<?>>> work = List.of(
                () -> training("native", model, 7),
                () -> training("native", model, 8),
                () -> training("djl", model, 7),
                () -> scoring("native", model),
                () -> scoring("onnx", model));
        List<List<?>> alone = work.stream().<List<?>>map(ConcurrencyTest::call).toList();

        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<CompletableFuture<List<?>>> together = work.stream()
                    .map(each -> CompletableFuture.<List<?>>supplyAsync(() -> call(each), threads))
                    .toList();
            for (int i = 0; i < work.size(); i++) {
                assertThat(together.get(i).join()).as("work " + i).isEqualTo(alone.get(i));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(alone.get(0)).as("another seed is another run").isNotEqualTo(alone.get(1));
    }

    /** Reward, loss and norm of every step, which depend on every weight. */
    private static List<?> training(String name, ModelSource model, long seed) {
        List<Object> steps = new ArrayList<>();
        try (Backend backend = Engines.open(name);
                TrainablePolicy policy = backend.openTrainablePolicy(model);
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            World.trainer(policy, optimizer, World.settings(STEPS, seed))
                    .listener(new TrainingListener() {
                        @Override
                        public void stepCompleted(TrainingEvent.StepCompleted completed) {
                            steps.add(List.of(
                                    completed.metrics().rollouts().rewardMean(),
                                    completed.metrics().rollouts().negativeLogProbMean(),
                                    completed.metrics().update().gradientNorm()));
                        }
                    })
                    .build()
                    .run();
        }
        return steps;
    }

    private static List<?> scoring(String name, ModelSource model) {
        try (Backend backend = Engines.open(name);
                ProxyScorer scorer = backend.openProxyScorer(model)) {
            return World.sequences(200, 5).stream()
                    .map(sequence -> Arrays.toString(scorer.score(List.of(sequence), ScoringOptions.DEFAULTS)
                            .get(0)
                            .entropy()))
                    .toList();
        }
    }

    private static List<?> call(Callable<List<?>> work) {
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
