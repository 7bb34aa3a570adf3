package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.tiny.TinyRuns;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/** A run that is killed again and again, and started again by the same command, ends as if it had never been killed. */
class KillTest {

    private static final int KILLS = Integer.getInteger("rpt4j.kills", 300);
    private static final long SEED = Long.getLong("rpt4j.kill.seed", 1);

    @TempDir
    private Path folder;

    private TinyRuns runs;

    /** What killing led to. */
    private record Tally(int kills, int duringWriting, int beforeTheFirst) {

        Tally plus(Tally other) {
            return new Tally(
                    kills + other.kills, duringWriting + other.duringWriting, beforeTheFirst + other.beforeTheFirst);
        }
    }

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    @Test
    void aRunSurvivesAFewKills() throws Exception {
        Tally tally = killed(60, 3, SEED);
        assertThat(tally.kills()).isPositive();
    }

    @Test
    @Tag("kill")
    void aRunSurvivesHundredsOfKills() throws Exception {
        Tally all = new Tally(0, 0, 0);
        for (long round = 0; all.kills() < KILLS; round++) {
            all = all.plus(killed(400, KILLS - all.kills(), SEED + round));
        }
        assertThat(all.duringWriting())
                .as("kills while a checkpoint was being written")
                .isPositive();
        Files.writeString(
                Files.createDirectories(Path.of("target", "kill")).resolve("kills.md"),
                "| kills | while a checkpoint was being written | before the first checkpoint | lost |\n"
                        + "|---|---|---|---|\n| " + all.kills() + " | " + all.duringWriting() + " | "
                        + all.beforeTheFirst()
                        + " | 0 |\n");
    }

    /** Kills a run at most so often, lets it end, and compares it with one that ran through. */
    private Tally killed(long steps, int mostKills, long seed) throws Exception {
        Path whole = folder.resolve("whole-" + seed);
        Path run = folder.resolve("killed-" + seed);
        long start = System.nanoTime();
        assertThat(start(whole, steps).waitFor()).isZero();
        long lifetime = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        Tally tally = new Tally(0, 0, 0);
        for (int life = 0; tally.kills() < mostKills; life++) {
            Process process = start(run, steps);
            long moment = CounterRandom.below((int) lifetime, seed, life);
            if (process.waitFor(moment, TimeUnit.MILLISECONDS)) {
                assertThat(process.exitValue()).as(() -> log(run)).isZero();
                break;
            }
            process.destroyForcibly().waitFor();
            tally = tally.plus(new Tally(1, leftUnfinished(run) ? 1 : 0, hasCheckpoint(run) ? 0 : 1));
        }
        assertThat(start(run, steps).waitFor()).as(() -> log(run)).isZero();
        TinyRuns.assertSame(run, whole);
        return tally;
    }

    private Process start(Path run, long steps) throws IOException {
        RunConfiguration configuration = runs.configuration(run)
                .set(BackendKeys.NAME, backend())
                .set(BackendKeys.THREADS, 1)
                .set(TrainingKeys.STEPS, steps)
                .set(EvaluationKeys.EVERY_STEPS, 20L)
                .set(RunKeys.KEEP_CHECKPOINTS, 2)
                .set(RunKeys.RESUME, true)
                .build();
        Path file = folder.resolve("run.properties");
        StringBuilder lines = new StringBuilder();
        for (RecordedSetting setting : configuration.settings()) {
            if (setting.isGiven()) {
                lines.append(setting.name()).append('=').append(setting.value()).append('\n');
            }
        }
        Files.writeString(file, lines);
        return ChildProcess.start(log(run, ".log"), "run", "--stacktrace", "--config", file)
                .process();
    }

    /** The quickest that is there. */
    private static String backend() {
        return Backends.discover().provider("native").availability() instanceof Availability.Available
                ? "native"
                : "reference";
    }

    private static Path log(Path run, String ending) {
        return run.resolveSibling(run.getFileName() + ending);
    }

    private static String log(Path run) {
        try {
            return Files.readString(log(run, ".log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private static boolean leftUnfinished(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> left = Files.list(checkpoints)) {
            return left.anyMatch(path -> path.getFileName().toString().startsWith("."));
        }
    }

    private static boolean hasCheckpoint(Path run) {
        return !TinyRuns.checkpoints(run).steps().isEmpty();
    }
}
