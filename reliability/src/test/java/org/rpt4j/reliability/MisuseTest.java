package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.RptException;

/**
 * A host that uses a backend wrongly: it edits arrays during calls, closes what another thread works with, and uses what
 * is closed. Each call has its result or a refusal; memory that is freed or beyond an array would end this process. Runs
 * under sanitizers, too, see the README of backend-native.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MisuseTest {

    private static final int ROUNDS = Integer.getInteger("rpt4j.misuse.rounds", 60);
    private static final int LENGTH = 24;

    @TempDir
    private Path directory;

    private ModelSource model;

    @BeforeEach
    void model() {
        model = World.model(directory.resolve("model"));
    }

    private interface Misuse {
        void run() throws Exception;
    }

    /** Runs both at the same time; each succeeds or is refused. */
    private static void race(Misuse one, Misuse other) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(2);
        List<Throwable> unexpected = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Misuse misuse : List.of(one, other)) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    misuse.run();
                } catch (IllegalStateException | IllegalArgumentException | RptException e) {
                    return;
                } catch (Throwable e) {
                    synchronized (unexpected) {
                        unexpected.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(unexpected).isEmpty();
    }

    private static void scramble(int[] tokens, AtomicBoolean done) {
        for (int i = 0; !done.get(); i++) {
            tokens[i % tokens.length] = i % 3 == 0 ? Integer.MAX_VALUE : i % 3 == 1 ? Integer.MIN_VALUE : 5;
            Thread.onSpinWait();
        }
    }

    /** Calls while another thread scrambles an array. */
    private static void scrambled(int[] tokens, Misuse call) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            int[] good = World.tokens(tokens.length, round);
            System.arraycopy(good, 0, tokens, 0, tokens.length);
            AtomicBoolean done = new AtomicBoolean();
            race(
                    () -> {
                        try {
                            call.run();
                        } finally {
                            done.set(true);
                        }
                    },
                    () -> scramble(tokens, done));
        }
    }

    private static TokenBatch batch() {
        return TokenBatch.builder(1)
                .add(World.tokens(LENGTH, 1), List.of(World.tokens(8, 2), World.tokens(8, 3)))
                .build();
    }

    private static TokenValues weights(TokenBatch batch) {
        double[] values = new double[batch.completionTokenCount()];
        Arrays.fill(values, 1e-3);
        return TokenValues.of(batch, values);
    }

    private static void assumeTrains(Backend backend) {
        assumeThat(backend.capabilities()).contains(Capability.TRAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void sequencesThatChangeWhileTheyAreScored(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                ProxyScorer scorer = backend.openProxyScorer(model)) {
            int[] tokens = new int[LENGTH];
            scrambled(tokens, () -> scorer.score(List.of(tokens), ScoringOptions.DEFAULTS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void batchesThatChangeWhileTheyAreComputed(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(model)) {
            for (int part = 0; part < 5; part++) {
                TokenBatch batch = batch();
                int[] changing = List.of(
                                batch.promptTokens(),
                                batch.completionTokens(),
                                batch.promptOffsets(),
                                batch.completionOffsets(),
                                batch.groupOffsets())
                        .get(part);
                int[] before = changing.clone();
                for (int round = 0; round < ROUNDS / 5; round++) {
                    System.arraycopy(before, 0, changing, 0, before.length);
                    AtomicBoolean done = new AtomicBoolean();
                    race(
                            () -> {
                                try {
                                    policy.logProbs(batch);
                                } finally {
                                    done.set(true);
                                }
                            },
                            () -> scramble(changing, done));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void promptsThatAStopConditionEditsAndAListThatItClears(String name) {
        try (Backend backend = Engines.open(
                        name, options -> options.toBuilder().maxSequences(2).build());
                Policy policy = backend.openPolicy(model)) {
            List<Prompt> prompts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                prompts.add(new Prompt(i, World.tokens(LENGTH, 0)));
            }
            List<Prompt> edited = List.copyOf(prompts);
            SamplingOptions options = World.SAMPLING.toBuilder()
                    .stopCondition(() -> token -> {
                        edited.forEach(prompt -> Arrays.fill(prompt.tokens(), Integer.MAX_VALUE));
                        prompts.clear();
                        return false;
                    })
                    .build();

            assertThat(policy.generate(prompts, options)).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aStopConditionThatClosesItsOwnPolicy(String name) {
        try (Backend backend = Engines.open(name)) {
            Policy policy = backend.openPolicy(model);
            StopCondition closing = () -> token -> {
                policy.close();
                return false;
            };
            List<Prompt> prompts = List.of(new Prompt(1, World.tokens(LENGTH, 1)), new Prompt(2, World.tokens(5, 2)));

            assertThatThrownBy(() -> policy.generate(
                            prompts,
                            World.SAMPLING.toBuilder().stopCondition(closing).build()))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(policy::version).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aStopConditionThatGeneratesItself(String name) {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(model)) {
            List<Prompt> prompts = List.of(new Prompt(1, World.tokens(LENGTH, 1)), new Prompt(2, World.tokens(5, 2)));
            List<Object> expected = List.copyOf(policy.generate(prompts, World.SAMPLING));
            StopCondition nested = () -> token -> {
                try {
                    policy.generate(List.of(new Prompt(3, World.tokens(7, 3))), World.SAMPLING);
                } catch (IllegalStateException e) {
                    return false;
                }
                return false;
            };

            assertThat(List.<Object>copyOf(policy.generate(
                            prompts,
                            World.SAMPLING.toBuilder().stopCondition(nested).build())))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aPassThatIsClosedDuringItsBackward(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name)) {
            assumeTrains(backend);
            try (TrainablePolicy policy = backend.openTrainablePolicy(model)) {
                TokenBatch batch = batch();
                for (int round = 0; round < ROUNDS; round++) {
                    ForwardPass pass = policy.forward(batch);
                    race(() -> pass.backward(weights(batch)), pass::close);
                    race(pass::close, pass::close);
                    assertThatThrownBy(() -> pass.backward(weights(batch))).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(pass::logProbs).isInstanceOf(IllegalStateException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void anOptimizerThatIsClosedDuringItsStep(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name)) {
            assumeTrains(backend);
            try (TrainablePolicy policy = backend.openTrainablePolicy(model)) {
                TokenBatch batch = batch();
                for (int round = 0; round < ROUNDS; round++) {
                    Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER);
                    try (ForwardPass pass = policy.forward(batch)) {
                        pass.backward(weights(batch));
                    }
                    Misuse use = round % 3 == 0
                            ? optimizer::step
                            : round % 3 == 1
                                    ? () -> optimizer.saveState(directory.resolve("state"))
                                    : () -> optimizer.snapshotState().close();
                    race(use, optimizer::close);
                    race(optimizer::close, optimizer::close);
                    assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void childrenOfABackendThatIsClosed(String name) throws InterruptedException {
        for (int round = 0; round < Math.max(2, ROUNDS / 10); round++) {
            Backend backend = Engines.open(name);
            assumeTrains(backend);
            TrainablePolicy policy = backend.openTrainablePolicy(model);
            ProxyScorer scorer = backend.openProxyScorer(model);
            Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER);
            TokenBatch batch = batch();
            ForwardPass pass = policy.forward(batch);
            Snapshot snapshot = policy.snapshot();
            List<Misuse> uses = List.of(
                    () -> pass.backward(weights(batch)),
                    optimizer::step,
                    () -> optimizer.restoreState(directory.resolve("none")),
                    () -> policy.logProbs(batch),
                    () -> policy.generate(List.of(new Prompt(1, World.tokens(5, 1))), World.SAMPLING),
                    () -> policy.save(directory.resolve("saved")),
                    () -> scorer.score(List.of(World.tokens(LENGTH, 1)), ScoringOptions.DEFAULTS));
            Misuse racing = uses.get(round % uses.size());
            race(
                    () -> {
                        for (int i = 0; i < 20; i++) {
                            racing.run();
                        }
                    },
                    backend::close);

            for (Misuse use : uses) {
                assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
            }
            snapshot.write(directory.resolve("snapshot-" + round));
            for (AutoCloseable part : List.of(pass, optimizer, policy, scorer, backend)) {
                close(part);
            }
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new AssertionError("closing what its parent has closed", e);
        }
    }
}
