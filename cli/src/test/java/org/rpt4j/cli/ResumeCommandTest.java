package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RunLock;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyRuns;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/** A run that goes on is the run that never stopped. */
class ResumeCommandTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    private RunConfigurationBuilder configuration(String name) {
        return runs.configuration(name);
    }

    private CheckpointStore checkpoints(String name) {
        return runs.checkpoints(name);
    }

    /** Native gives the same bits for any number of threads, djl for the same number. */
    @ParameterizedTest
    @CsvSource({"native, FP32, 2", "native, BF16, 2", "djl, FP32, 1"})
    void everyBackendGoesOn(String backend, Precision precision, int threads) throws IOException {
        assumeTrue(
                Backends.discover().provider(backend).availability() instanceof Availability.Available,
                backend + " is not available here");
        run(real("whole", backend, precision));
        new ConfiguredRun(real("parts", backend, precision).build(), new Cancelling(3)).run();
        run(real("parts", backend, precision).set(RunKeys.RESUME, true).set(BackendKeys.THREADS, threads));
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    private RunConfigurationBuilder real(String name, String backend, Precision precision) {
        return configuration(name)
                .set(BackendKeys.NAME, backend)
                .set(BackendKeys.PRECISION, precision)
                .set(BackendKeys.THREADS, 1);
    }

    @Test
    void aRunWithoutACheckpointBeginsAnewOnlyIfAsked() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 0, "it's killed");
        assertThat(checkpoints("it's killed").steps()).isEmpty();
        byte[] metrics = Files.readAllBytes(killed.resolve("metrics.jsonl"));

        Cli refused = Cli.run("resume", killed);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("has no checkpoint to resume from")
                .contains("rpt4j resume '" + killed.toString().replace("'", "'\\''") + "' --from-start");
        assertThat(killed.resolve("metrics.jsonl")).hasBinaryContent(metrics);

        Cli anew = Cli.run("resume", killed, "--from-start");
        assertThat(anew.code()).isZero();
        assertThat(anew.err()).contains("Starting at step 0.");
        assertSame(killed, folder.resolve("whole"));
    }

    @Test
    void theStepIsTold() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        Path killed = runs.killed("whole", 4, "killed");
        assertThat(Cli.run("resume", killed).err()).contains("Resuming at step 4.");
    }

    /** The one checkpoint had lost its name to its replacement when the process was killed. */
    @Test
    void aCheckpointThatWasBeingReplacedCountsAsOne() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        Path killed = runs.killed("whole", 4, "killed");
        for (long step : checkpoints("killed").steps()) {
            Path saved = checkpoints("killed").folder(step);
            Files.move(saved, saved.resolveSibling("." + saved.getFileName() + (step == 4 ? ".previous" : ".x.tmp")));
        }
        assertThat(checkpoints("killed").steps()).isEmpty();
        assertThat(Cli.run("resume", killed).err()).contains("Resuming at step 4.");
        assertSame(killed, folder.resolve("whole"));
    }

    @Test
    void aFinishedRunIsLeftAsItIs() throws IOException {
        run(configuration("whole"));
        Path copy = runs.killed("whole", STEPS, "copy");
        Cli resumed = Cli.run("resume", copy);
        assertThat(resumed.err()).contains("report: ");
        assertThat(resumed.code()).isZero();
        assertSame(copy, folder.resolve("whole"));
    }

    @Test
    void anotherRunIsRefusedWithItsDifferences() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 2, "killed");
        Cli changed = Cli.run("resume", killed, "--set", "objective.kl-weight=0.1", "--set", "training.steps=9");
        assertThat(changed.code()).isEqualTo(1);
        assertThat(changed.err())
                .contains("objective.kl-weight was 0, is 0.1", "training.steps was 6, is 9")
                .contains("run.accept-changed=objective.kl-weight,training.steps")
                .doesNotContain("scoring");

        TinyCheckpoint.writeCorpus(runs.corpus(), 5);
        Cli text = Cli.run("resume", killed);
        assertThat(text.code()).isEqualTo(1);
        assertThat(text.err()).contains("corpus was ", "run.accept-changed=corpus");
        assertThat(RecordedRun.open(killed).steps()).hasSize((int) STEPS);

        byte[] bytes = Files.readAllBytes(runs.model().resolve("model.safetensors"));
        bytes[bytes.length - 4] ^= 1;
        Files.write(runs.model().resolve("model.safetensors"), bytes);
        Cli weights = Cli.run("resume", killed, "--accept-changed", "corpus");
        assertThat(weights.code()).isEqualTo(1);
        assertThat(weights.err())
                .contains("model was ", "run.accept-changed=model")
                .doesNotContain("corpus was");

        Cli accepted = Cli.run(
                "resume", killed, "--set", "training.steps=7", "--accept-changed", "corpus,model,training.steps");
        assertThat(accepted.code()).isZero();
        assertThat(RecordedRun.open(killed).steps()).hasSize(7);
        assertThat(killed.resolve("configuration-before-step-2.json")).exists();
        assertThat(RecordedRun.open(killed).configuration())
                .anySatisfy(
                        setting -> assertThat(setting.name() + setting.value()).isEqualTo("training.steps7"));
    }

    @Test
    void theOtherVocabularyIsToldByItself() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 2, "killed");
        Path tokenizer = runs.model().resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer) + "\n");
        assertThat(Cli.run("resume", killed).err()).contains("model was ").doesNotContain("tokenizer was");
    }

    @Test
    void aDamagedCheckpointIsPassedOver() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        Path killed = runs.killed("whole", 4, "killed");
        Path weights = checkpoints("killed").folder(4).resolve("model/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        assertThat(Cli.run("resume", killed).code()).isZero();
        assertSame(killed, folder.resolve("whole"));
    }

    @Test
    void aRecordingThatWasCutIsRefused() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 4, "killed");
        Files.writeString(killed.resolve("metrics.jsonl"), "{}\n");
        assertThat(Cli.run("resume", killed).err()).contains("metrics.jsonl has 3 bytes but had");
    }

    @Test
    void aRunThatIsUnderWayIsLeftAlone() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 4, "killed");
        try (RunLock lock = RunLock.acquire(killed)) {
            assertThat(lock).isNotNull();
            assertThat(Cli.run("resume", killed).err())
                    .contains("in use by process " + ProcessHandle.current().pid());
        }
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> run(configuration("killed")))
                .withMessageContaining("never overwritten");
        assertThat(Cli.run("resume", folder.resolve("nowhere")).err()).contains("is not a run");
    }

    @Test
    void whatLiesWhereTheTrainedWeightsWouldGoIsNotReplaced() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 4, "killed");
        Path letters = Files.createDirectory(folder.resolve("letters"));
        Files.writeString(letters.resolve("letter"), "dear");
        Cli resumed = Cli.run("resume", killed, "--set", "run.save=" + letters);
        assertThat(letters.resolve("letter")).exists();
        assertThat(resumed.code()).isEqualTo(1);
        assertThat(resumed.err()).contains("letters: it is not empty");
    }

    @Test
    void theSettingsBeforeAChangeAreKeptHoweverOftenItIsBegun() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 2, "killed");
        Path again = folder.resolve("again");
        Cli.run("resume", killed, "--set", "training.steps=7", "--accept-changed", "training.steps");
        byte[] before = Files.readAllBytes(killed.resolve("configuration-before-step-2.json"));
        runs.killed("killed", 2, "again");
        Cli.run("resume", again, "--set", "training.steps=7", "--accept-changed", "training.steps");
        assertThat(again.resolve("configuration-before-step-2.json")).hasBinaryContent(before);
    }

    @Test
    void theSettingsThatAreKeptAreThoseWithWhichTheRunGoesOn() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 2, "killed");
        Cli.run("resume", killed, "--set", "training.steps=7", "--accept-changed", "training.steps");
        Path again = runs.killed("killed", 2, "again");
        run(configuration("again").set(RunKeys.RESUME, true));
        assertThat(RecordedRun.open(again).configuration())
                .anySatisfy(
                        setting -> assertThat(setting.name() + setting.value()).isEqualTo("training.steps6"));
    }

    @Test
    void aRunThatIsRefusedIsLeftAsItIs() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 4, "killed");
        Files.writeString(killed.resolve("outcome.json"), "{}");
        Files.writeString(killed.resolve("rollouts.jsonl"), "{}\n");
        byte[] metrics = Files.readAllBytes(killed.resolve("metrics.jsonl"));
        assertThat(Cli.run("resume", killed).err()).contains("rollouts.jsonl has 3 bytes");
        assertThat(killed.resolve("metrics.jsonl")).hasBinaryContent(metrics);
        assertThat(killed.resolve("outcome.json")).exists();
    }

    @Test
    void whatAProcessLeftThatWasKilledWhileItWroteTheResultsIsClearedUp() throws IOException {
        run(configuration("whole"));
        Path killed = runs.killed("whole", 4, "killed");
        Path half = killed.resolve(".checkpoint." + UUID.randomUUID() + ".tmp");
        Files.createDirectory(half);
        Files.writeString(half.resolve("model.safetensors"), "half");
        Path page = killed.resolve(".report.html." + UUID.randomUUID() + ".tmp");
        Files.writeString(page, "<html>");
        Path mine = Files.writeString(killed.resolve(".mine.tmp"), "mine");
        assertThat(Cli.run("resume", killed).code()).isZero();
        assertThat(half).doesNotExist();
        assertThat(page).doesNotExist();
        assertThat(mine).exists();
    }
}
