package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.EventRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

/** A disk of a few megabytes that is full for a while, for good, or can only be read. Needs the right to mount one. */
class FullDiskTest {

    private static final String SIZE = "3m";

    @TempDir
    private Path folder;

    private TinyRuns runs;
    private Path disk;
    private Path run;

    @BeforeEach
    void mountDisk() throws Exception {
        runs = TinyRuns.in(folder);
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                Files.isExecutable(Path.of("/bin/mount")) && shell("mount -t tmpfs -o size=" + SIZE + " tmpfs " + disk),
                "no right to mount a small disk");
        run = disk.resolve("run");
    }

    @AfterEach
    void unmountDisk() throws Exception {
        if (run != null) {
            assertThat(shell("umount -l " + disk)).isTrue();
        }
    }

    private static boolean shell(String command) throws Exception {
        return new ProcessBuilder("/bin/sh", "-c", command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Runs something after the steps of these numbers. */
    private static final class At implements RunObserver {

        @FunctionalInterface
        private interface Action {
            void run() throws Exception;
        }

        private final long first;
        private final Action atFirst;
        private final long second;
        private final Action atSecond;
        private final List<TrainingEvent.CheckpointFailed> failures = new ArrayList<>();

        At(long first, Action atFirst, long second, Action atSecond) {
            this.first = first;
            this.atFirst = atFirst;
            this.second = second;
            this.atSecond = atSecond;
        }

        @Override
        public void checkpointFailed(TrainingEvent.CheckpointFailed failed) {
            failures.add(failed);
        }

        @Override
        public void stepCompleted(TrainingEvent.StepCompleted completed) {
            attempt(completed.metrics().step() == first ? atFirst : () -> {});
            attempt(completed.metrics().step() == second ? atSecond : () -> {});
        }

        private static void attempt(Action action) {
            try {
                action.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private void fill() {
        try {
            for (int chunk = 1 << 16; chunk > 0; chunk /= 2) {
                fill(chunk);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void fill(int chunk) throws IOException {
        for (int i = 0; ; i++) {
            Path file = disk.resolve("filler-" + chunk + "-" + i);
            try {
                Files.write(file, new byte[chunk]);
            } catch (IOException full) {
                Files.deleteIfExists(file);
                return;
            }
        }
    }

    private RunConfigurationBuilder configuration() {
        return runs.configuration(run).set(RunKeys.KEEP_CHECKPOINTS, 1).set(RunKeys.BACKGROUND_CHECKPOINTS, false);
    }

    private void runWhole() {
        TinyRuns.run(runs.configuration("whole"));
    }

    @Test
    void aDiskThatIsFullForAWhileCostsNothing() {
        runWhole();
        At observer = new At(1, this::fill, 3, () -> shell("rm " + disk + "/filler-*"));
        new ConfiguredRun(configuration().build(), observer).run();
        assertThat(observer.failures)
                .isNotEmpty()
                .allSatisfy(failed -> assertThat(failed.error())
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("No space left"));
        TinyRuns.assertSame(run, folder.resolve("whole"));
        assertThat(RecordedRun.open(run).events())
                .extracting(EventRecord::kind)
                .contains(EventRecord.Kind.CHECKPOINT_FAILED);
    }

    @Test
    void aDiskThatStaysFullEndsTheRunAndItGoesOnWhenThereIsSpace() throws Exception {
        runWhole();
        At observer = new At(2, this::fill, -1, () -> {});
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> new ConfiguredRun(configuration().build(), observer).run())
                .withMessageContaining("No space left")
                .withMessageContaining("Earlier checkpoints are intact");
        assertThat(TinyRuns.checkpoints(run).latest())
                .hasValueSatisfying(
                        saved -> assertThat(saved.manifest().nextStep()).isEqualTo(2));
        assertThat(shell("rm " + disk + "/filler-*")).isTrue();
        TinyRuns.run(configuration().set(RunKeys.RESUME, true));
        TinyRuns.assertSame(run, folder.resolve("whole"));
    }

    @Test
    void aDiskThatCanOnlyBeReadIsToldAtOnceAndLosesNothing() throws Exception {
        runWhole();
        new ConfiguredRun(configuration().build(), new Cancelling(3)).run();
        assertThat(shell("mount -o remount,ro " + disk)).isTrue();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> TinyRuns.run(configuration().set(RunKeys.RESUME, true)))
                .withMessageContaining("cannot lock the run in " + run);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> TinyRuns.run(runs.configuration(disk.resolve("other"))))
                .withMessageContaining("cannot write " + disk.resolve("other"))
                .withMessageContaining(disk + " is read-only");
        assertThat(shell("mount -o remount,rw " + disk)).isTrue();
        TinyRuns.run(configuration().set(RunKeys.RESUME, true));
        TinyRuns.assertSame(run, folder.resolve("whole"));
    }
}
