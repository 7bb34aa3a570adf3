package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;

/** A run of thousands of steps uses no more at its end than at its beginning, and releases everything. */
class SoakTest {

    private static final int OBSERVATIONS = 60;
    private static final long STEPS = Long.getLong("rpt4j.soak.steps", 20_000);

    @TempDir
    private Path directory;

    @BeforeEach
    void needsAnObservableProcess() {
        assumeTrue(Quantity.observable(), "no /proc on this platform");
    }

    /** What can be counted exactly; memory as reported by the system needs more steps to settle. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aShortRunKeepsNothingThatCanBeCounted(String backend) {
        Watch watch = train(backend, 40);

        assertThat(watch.growing(Quantity.ENGINE)).isEmpty();
        assertThat(watch.rise(Quantity.HANDLES)).as("file handles").isLessThanOrEqualTo(0);
    }

    @Tag("soak")
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aLongRunKeepsNothing(String backend) {
        Watch watch = train(backend, STEPS);

        watch.report();
        assertThat(watch.growing()).isEmpty();
    }

    /** Trains; the first third warms up and is not observed. */
    private Watch train(String name, long steps) {
        Residue residue = Residue.before();
        Watch watch = new Watch("soak " + name + " " + steps + " steps");
        long warmUp = steps / 3;
        long every = Math.max(1, (steps - warmUp) / OBSERVATIONS);
        try (Backend backend = Engines.open(name);
                TrainablePolicy policy = backend.openTrainablePolicy(World.model(directory));
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            World.largestStep(policy);
            TrainingResult result = World.trainer(policy, optimizer, World.settings(steps, 7))
                    .listener(new TrainingListener() {
                        @Override
                        public void stepCompleted(TrainingEvent.StepCompleted completed) {
                            long step = completed.metrics().step();
                            if (step >= warmUp && (step - warmUp) % every == 0) {
                                watch.add(Observation.now(step, Engines.count(backend, policy)));
                            }
                        }
                    })
                    .build()
                    .run();
            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
            assertThat(result.updates()).isGreaterThan(steps / 2);
        }
        residue.assertNone();
        return watch;
    }
}
