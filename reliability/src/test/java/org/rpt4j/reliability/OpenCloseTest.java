package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;

/** Opening, using and closing a backend repeatedly must not accumulate anything. */
class OpenCloseTest {

    private static final int CYCLES = Integer.getInteger("rpt4j.soak.cycles", 1500);
    private static final int OBSERVATIONS = 50;

    /** The objects of one forgotten model are larger than this. */
    private static final double HEAP_PER_CYCLE = 1024;

    /** One thread in a hundred cycles; the JVM's own thread count varies by one at times. */
    private static final double THREADS_PER_CYCLE = 0.01;

    private static final double RESIDENT_PER_CYCLE = 16 * 1024;

    @TempDir
    private Path directory;

    @BeforeEach
    void needsAnObservableProcess() {
        assumeTrue(Quantity.observable(), "no /proc on this platform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aFewCyclesLeaveNoHandleAndNoThread(String backend) {
        Residue residue = Residue.before();
        assertThat(backends(backend, 8).rise(Quantity.HANDLES))
                .as("file handles")
                .isLessThanOrEqualTo(0);
        residue.assertNone();
    }

    /** A closed model is forgotten at the latest when the next one is opened. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aBackendThatStaysOpenForgetsClosedModels(String name) throws InterruptedException {
        ModelSource model = World.model(directory);
        try (Backend backend = Engines.open(name)) {
            List<WeakReference<Object>> closed = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                closed.add(openAndClose(backend.openPolicy(model)));
                closed.add(openAndClose(backend.openProxyScorer(model)));
            }
            try (Policy last = backend.openPolicy(model)) {
                long deadline = System.nanoTime() + 10_000_000_000L;
                while (closed.stream().anyMatch(each -> each.get() != null) && System.nanoTime() < deadline) {
                    System.gc();
                    Thread.sleep(20);
                }
                assertThat(closed).as("models beside %s", last).allMatch(each -> each.get() == null);
            }
        }
    }

    private static WeakReference<Object> openAndClose(AutoCloseable model) {
        try (model) {
            return new WeakReference<>(model);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void hundredsOfModelsOfOneBackendLeaveNothing(String name) {
        ModelSource model = World.model(directory);
        try (Backend backend = Engines.open(name)) {
            Watch watch = cycles("models of one backend " + name, CYCLES, () -> use(backend, model));
            watch.report();
            requireNothingLeft(watch);
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void hundredsOfCyclesLeaveNothing(String backend) {
        Watch watch = backends(backend, CYCLES);
        watch.report();
        requireNothingLeft(watch);
    }

    private static void requireNothingLeft(Watch watch) {
        assertThat(watch.growing(Quantity.ENGINE, Quantity.HANDLES)).isEmpty();
        assertThat(watch.slope(Quantity.THREADS).upperBound())
                .as("threads per cycle")
                .isLessThan(THREADS_PER_CYCLE);
        assertThat(watch.slope(Quantity.HEAP).upperBound())
                .as("bytes of heap per cycle")
                .isLessThan(HEAP_PER_CYCLE);
        assertThat(watch.slope(Quantity.RESIDENT).upperBound())
                .as("resident bytes per cycle")
                .isLessThan(RESIDENT_PER_CYCLE);
    }

    private Watch backends(String name, int count) {
        ModelSource model = World.model(directory);
        return cycles("open and close " + name, count, () -> {
            try (Backend backend = Engines.open(name)) {
                use(backend, model);
            }
        });
    }

    /** The first third warms up and is not observed. */
    private static Watch cycles(String what, int count, Runnable cycle) {
        Watch watch = new Watch(what + " " + count + " times");
        int warmUp = count / 3;
        int every = Math.max(1, (count - warmUp) / OBSERVATIONS);
        for (int i = 0; i < count; i++) {
            cycle.run();
            if (i >= warmUp && (i - warmUp) % every == 0) {
                watch.add(Observation.now(i, 0));
            }
        }
        return watch;
    }

    private static void use(Backend backend, ModelSource model) {
        try (ProxyScorer scorer = backend.openProxyScorer(model)) {
            scorer.score(World.sequences(2, 1), ScoringOptions.DEFAULTS);
        }
        if (backend.capabilities().contains(Capability.TRAIN)) {
            try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                    Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
                World.trainer(policy, optimizer, World.settings(1, 3)).build().run();
            }
        } else {
            try (Policy policy = backend.openPolicy(model)) {
                policy.generate(List.of(new Prompt(1, new int[] {3, 4})), World.SAMPLING);
            }
        }
    }
}
