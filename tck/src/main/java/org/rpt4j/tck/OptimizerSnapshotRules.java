package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;

/** Rules about snapshots of moments and step count. */
@Needs(Capability.TRAIN)
final class OptimizerSnapshotRules {

    private OptimizerSnapshotRules() {}

    @Rule(
            id = "O19",
            value = "a snapshot has the moments and the step count at the time it was taken",
            everyModel = true)
    static void moment(Fixture f) {
        Path target = f.path("target");
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            OptimizerRules.accumulate(policy, 3);
            try (Snapshot snapshot = Snapshots.of(optimizer)) {
                optimizer.saveState(f.path("expected"));
                assertThat(optimizer.step().applied())
                        .as("a step of what was accumulated before the snapshot is applied")
                        .isTrue();
                snapshot.write(f.path("first"));
                optimizer.saveState(target);
                snapshot.write(target);
            }
            assertThat(f.path("first")).hasSameBinaryContentAs(f.path("expected"));
            assertThat(target).hasSameBinaryContentAs(f.path("expected"));
            optimizer.restoreState(target);
            assertThat(optimizer.stepCount()).as("restored step count").isEqualTo(2);
        }
    }

    @Rule(id = "O20", value = "a snapshot of the state can be written from any thread, and outlives its optimizer")
    static void outlives(Fixture f) throws Exception {
        TrainablePolicy policy = f.openTrainable();
        Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
        OptimizerRules.train(policy, optimizer, 1, 1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Snapshot snapshot = Snapshots.of(optimizer)) {
            optimizer.saveState(f.path("expected"));
            Future<?> besideSteps = executor.submit(() -> snapshot.write(f.path("beside")));
            OptimizerRules.train(policy, optimizer, 2, 4);
            besideSteps.get();
            optimizer.close();
            snapshot.write(f.path("after-optimizer"));
            f.backend().close();
            snapshot.write(f.path("after-backend"));
        } finally {
            executor.shutdownNow();
        }
        for (String written : new String[] {"beside", "after-optimizer", "after-backend"}) {
            assertThat(f.path(written)).hasSameBinaryContentAs(f.path("expected"));
        }
    }

    @Rule(id = "O21", value = "writing a closed or unwritable snapshot of the state is an error")
    static void close(Fixture f) throws IOException {
        Path file = Files.writeString(f.path("file"), "in the way");
        TrainablePolicy policy = f.openTrainable();
        Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
        Snapshot snapshot = Snapshots.of(optimizer);
        optimizer.saveState(f.path("expected"));
        assertThatThrownBy(() -> snapshot.write(file.resolve("state")), "writing below a file")
                .isInstanceOf(CheckpointException.class);
        assertThat(file).hasContent("in the way");
        snapshot.write(f.path("elsewhere"));
        assertThat(f.path("elsewhere")).hasSameBinaryContentAs(f.path("expected"));
        snapshot.close();
        assertThatCode(snapshot::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("writing after close", () -> snapshot.write(f.path("never")));
        assertThat(f.path("never")).doesNotExist();
        optimizer.close();
        Checks.assertIllegalState("a snapshot after close", optimizer::snapshotState);
    }
}
