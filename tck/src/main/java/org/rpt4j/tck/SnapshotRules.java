package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;

/** Rules about snapshots of the weights. */
@Needs(Capability.TRAIN)
final class SnapshotRules {

    /** Gives up after this many seconds on a write that waits for the policy, which waits for the write. */
    private static final int PATIENCE = 60;

    private SnapshotRules() {}

    @Rule(id = "T24", value = "a snapshot has the weights at the time it was taken", everyModel = true)
    static void moment(Fixture f) throws IOException {
        Files.writeString(f.source().directory().resolve("tokenizer.json"), "{}");
        Path target = f.path("target");
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 1);
            try (Snapshot snapshot = Snapshots.of(policy)) {
                policy.save(f.path("expected"));
                OptimizerRules.train(policy, optimizer, 2, 3);
                snapshot.write(f.path("first"));
                policy.save(target);
                snapshot.write(target);
            }
        }
        Snapshots.assertSameCheckpoint(f.path("first"), f.path("expected"));
        Snapshots.assertSameCheckpoint(target, f.path("expected"));
    }

    @Rule(id = "T25", value = "a snapshot is written from any thread and does not wait for the policy")
    static void otherThread(Fixture f) throws Exception {
        TrainablePolicy policy = f.openTrainable();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
                Snapshot snapshot = Snapshots.of(policy)) {
            policy.save(f.path("expected"));
            Future<?> besideSteps = executor.submit(() -> snapshot.write(f.path("beside")));
            OptimizerRules.train(policy, optimizer, 1, 3);
            besideSteps.get();
            Snapshots.assertSameCheckpoint(f.path("beside"), f.path("expected"));
            if (f.backend().capabilities().contains(Capability.GENERATE)) {
                writeWithinCall(policy, executor, () -> snapshot.write(f.path("within")));
                Snapshots.assertSameCheckpoint(f.path("within"), f.path("expected"));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Keeps the policy busy until another thread has written. */
    private static void writeWithinCall(TrainablePolicy policy, ExecutorService executor, Runnable write)
            throws Exception {
        AtomicBoolean waited = new AtomicBoolean();
        Future<?>[] writing = new Future<?>[1];
        StopCondition waiting = () -> token -> {
            if (writing[0] == null) {
                writing[0] = executor.submit(write);
                waited.set(!ends(writing[0]));
            }
            return true;
        };
        policy.generate(
                Samples.PROMPTS.subList(0, 1),
                Samples.OPTIONS.toBuilder()
                        .groupSize(1)
                        .stopTokens(Set.of())
                        .stopCondition(waiting)
                        .build());
        assertThat(waited)
                .as("the write waits for the running call of the policy")
                .isFalse();
        writing[0].get();
    }

    private static boolean ends(Future<?> writing) {
        try {
            writing.get(PATIENCE, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    @Rule(id = "T26", value = "a snapshot outlives its policy and its backend")
    static void outlives(Fixture f) throws IOException {
        TrainablePolicy policy = f.openTrainable();
        try (Snapshot snapshot = Snapshots.of(policy)) {
            policy.save(f.path("expected"));
            policy.close();
            snapshot.write(f.path("after-policy"));
            f.backend().close();
            snapshot.write(f.path("after-backend"));
        }
        Snapshots.assertSameCheckpoint(f.path("after-policy"), f.path("expected"));
        Snapshots.assertSameCheckpoint(f.path("after-backend"), f.path("expected"));
    }

    @Rule(
            id = "T27",
            value = "a snapshot that cannot be written is a CheckpointException, and can be written elsewhere")
    static void impossibleTarget(Fixture f) throws IOException {
        Path file = Files.writeString(f.path("file"), "in the way");
        TrainablePolicy policy = f.openTrainable();
        try (Snapshot snapshot = Snapshots.of(policy)) {
            policy.save(f.path("expected"));
            assertThatThrownBy(() -> snapshot.write(file.resolve("checkpoint")), "writing below a file")
                    .isInstanceOf(CheckpointException.class);
            Thread.currentThread().interrupt();
            snapshot.write(f.path("elsewhere"));
            assertThat(Thread.interrupted())
                    .as("the thread is still interrupted")
                    .isTrue();
        }
        assertThat(file).hasContent("in the way");
        Snapshots.assertSameCheckpoint(f.path("elsewhere"), f.path("expected"));
    }

    @Rule(id = "T28", value = "a closed snapshot cannot be written, and a closed policy takes none")
    static void close(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        Snapshot snapshot = Snapshots.of(policy);
        snapshot.close();
        assertThatCode(snapshot::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("writing after close", () -> snapshot.write(f.path("never")));
        assertThat(f.path("never")).doesNotExist();
        policy.close();
        Checks.assertIllegalState("a snapshot after close", policy::snapshot);
    }
}
