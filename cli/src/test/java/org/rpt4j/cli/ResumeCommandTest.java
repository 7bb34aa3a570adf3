package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.assertSameWeights;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.train.RunOutcome;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.Run;
import org.rpt4j.run.directory.RunEvent;
import org.rpt4j.run.directory.RunLock;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.launch.RunResult;
import org.rpt4j.run.resume.CheckpointStore;
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

    /** A copy of a run as it was when its checkpoint of a step had just been saved and the next step had begun. */
    private Path killed(String name, long step, String copy) throws IOException {
        Path to = folder.resolve(copy);
        try (Stream<Path> tree = Files.walk(folder.resolve(name))) {
            for (Path path : tree.toList()) {
                Files.copy(
                        path, to.resolve(folder.resolve(name).relativize(path).toString()));
            }
        }
        for (long later : checkpoints(copy).steps()) {
            if (later > step) {
                Path folder = checkpoints(copy).folder(later);
                Files.move(folder, folder.resolveSibling("." + folder.getFileName() + ".x.tmp"));
            }
        }
        Files.delete(to.resolve("outcome.json"));
        return to;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyStepCanBeGoneOnFrom(boolean background) throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, background));
        List<Long> steps = checkpoints("whole").steps();
        assertThat(steps).endsWith(STEPS);
        assertThat(steps).hasSizeGreaterThanOrEqualTo(background ? 2 : (int) STEPS);
        for (long step : steps) {
            Path killed = killed("whole", step, "killed-" + step);
            Cli resumed = Cli.run("resume", killed);
            assertThat(resumed.err()).contains("report: ");
            assertThat(resumed.code()).isZero();
            assertSame(killed, folder.resolve("whole"));
            assertThat(Run.open(killed).events())
                    .filteredOn(e -> e.kind() == RunEvent.Kind.STARTED)
                    .extracting(RunEvent::step)
                    .containsExactly(0L, step);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 4})
    void aCancelledRunGoesOn(long steps) throws IOException {
        run(configuration("whole"));
        RunResult cancelled = new ConfiguredRun(configuration("parts").build(), new Cancelling(steps)).run();
        assertThat(cancelled.training().outcome()).isEqualTo(RunOutcome.CANCELLED);
        RunResult rest = run(configuration("parts").set(RunKeys.RESUME, true).set(BackendKeys.THREADS, 2));
        assertThat(rest.training().outcome()).isEqualTo(RunOutcome.COMPLETED);
        assertThat(rest.evaluations())
                .extracting(report -> report.label())
                .containsExactly("before", "step 2", "step 4", "after");
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    /** The rollouts of the step that is cut off were recorded and paid before; both happen once. */
    @Test
    void aStepThatIsCutOffAfterItsRolloutsIsRecordedOnce() throws IOException {
        run(configuration("whole"));
        RunObserver cutting = new RunObserver() {
            @Override
            public void on(TrainingEvent event) {
                if (event instanceof TrainingEvent.RolloutsSampled sampled && sampled.step() == 3) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        RunResult cut = new ConfiguredRun(configuration("parts").build(), cutting).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cut.training().nextStep()).isEqualTo(3);
        run(configuration("parts").set(RunKeys.RESUME, true));
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
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
    void aRunWithoutACheckpointBeginsAnew() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 0, "killed");
        assertThat(checkpoints("killed").steps()).isEmpty();
        assertThat(Cli.run("resume", killed).code()).isZero();
        assertSame(killed, folder.resolve("whole"));
    }

    @Test
    void withoutARunThereANewOneBegins() throws IOException {
        Files.createDirectories(folder.resolve("new"));
        Files.writeString(folder.resolve("new/configuration.json"), "[");
        Files.writeString(folder.resolve("new/.run.json.a-b.tmp"), "{");
        run(configuration("new").set(RunKeys.RESUME, true));
        run(configuration("whole"));
        assertSame(folder.resolve("new"), folder.resolve("whole"));
    }

    @Test
    void aFinishedRunIsLeftAsItIs() throws IOException {
        run(configuration("whole"));
        Path copy = killed("whole", STEPS, "copy");
        assertThat(Cli.run("resume", copy).code()).isZero();
        assertSame(copy, folder.resolve("whole"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TrainingKeys.Method.class,
            names = {"NEXT_TOKEN", "MIXED_SUPERVISED"})
    void aControlGoesOn(TrainingKeys.Method method) throws IOException {
        RunResult whole = run(control(method, "whole"));
        long steps = whole.training().nextStep();
        assertThat(steps).isGreaterThan(2);
        new ConfiguredRun(control(method, "parts").build(), new Cancelling(2)).run();
        RunResult rest = run(control(method, "parts").set(RunKeys.RESUME, true));
        assertThat(rest.training().nextStep()).isEqualTo(steps);
        assertSameWeights(folder.resolve("parts"), folder.resolve("whole"));
    }

    private RunConfigurationBuilder control(TrainingKeys.Method method, String name) {
        return configuration(name)
                .set(TrainingKeys.METHOD, method)
                .set(RewardKeys.NAME, "lucky")
                .set(TrainingKeys.STEPS, 2L)
                .set(BaselineKeys.TOKENS_PER_STEP, 32)
                .set(BaselineKeys.FLOPS, 2e8);
    }

    @Test
    void anotherRunIsRefusedWithItsDifferences() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 2, "killed");
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
        assertThat(Run.open(killed).steps()).hasSize((int) STEPS);

        byte[] bytes = Files.readAllBytes(runs.model().resolve("model.safetensors"));
        bytes[bytes.length - 4] ^= 1;
        Files.write(runs.model().resolve("model.safetensors"), bytes);
        Cli weights = Cli.run("resume", killed, "--accept", "corpus");
        assertThat(weights.code()).isEqualTo(1);
        assertThat(weights.err())
                .contains("model was ", "run.accept-changed=model")
                .doesNotContain("corpus was");

        Cli accepted = Cli.run(
                "resume",
                killed,
                "--set",
                "training.steps=7",
                "--accept",
                "corpus,model",
                "--accept",
                "training.steps");
        assertThat(accepted.code()).isZero();
        assertThat(Run.open(killed).steps()).hasSize(7);
        assertThat(killed.resolve("configuration-before-step-2.json")).exists();
        assertThat(Run.open(killed).configuration())
                .anySatisfy(
                        setting -> assertThat(setting.name() + setting.value()).isEqualTo("training.steps7"));
    }

    @Test
    void theOtherVocabularyIsToldByItself() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 2, "killed");
        Path tokenizer = runs.model().resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer) + "\n");
        assertThat(Cli.run("resume", killed).err()).contains("model was ").doesNotContain("tokenizer was");
    }

    @Test
    void aDamagedCheckpointIsPassedOver() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        Path killed = killed("whole", 4, "killed");
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
        Path killed = killed("whole", 4, "killed");
        Files.writeString(killed.resolve("metrics.jsonl"), "{}\n");
        assertThat(Cli.run("resume", killed).err()).contains("metrics.jsonl has 3 bytes, the checkpoint was taken");
    }

    @Test
    void aRunThatIsUnderWayIsLeftAlone() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 4, "killed");
        try (RunLock lock = RunLock.acquire(killed)) {
            assertThat(lock).isNotNull();
            assertThat(Cli.run("resume", killed).err())
                    .contains("in use by process " + ProcessHandle.current().pid());
        }
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> run(configuration("killed")))
                .withMessageContaining("never overwritten");
        assertThat(Cli.run("resume", folder.resolve("nowhere")).err()).contains("is not a run");
    }

    @Test
    void oldCheckpointsGo() {
        run(configuration("whole").set(RunKeys.KEEP_CHECKPOINTS, 1).set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        long best = checkpoints("whole")
                        .latest()
                        .orElseThrow()
                        .trainer()
                        .validation()
                        .bestStep()
                + 1;
        assertThat(checkpoints("whole").steps()).containsOnly(best, STEPS);
    }

    @Test
    void whatLiesWhereTheTrainedWeightsWouldGoIsNotReplaced() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 4, "killed");
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
        Path killed = killed("whole", 2, "killed");
        Path again = folder.resolve("again");
        Cli.run("resume", killed, "--set", "training.steps=7", "--accept", "training.steps");
        byte[] before = Files.readAllBytes(killed.resolve("configuration-before-step-2.json"));
        killed("killed", 2, "again");
        Cli.run("resume", again, "--set", "training.steps=7", "--accept", "training.steps");
        assertThat(again.resolve("configuration-before-step-2.json")).hasBinaryContent(before);
    }

    @Test
    void theSettingsThatAreKeptAreThoseWithWhichTheRunGoesOn() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 2, "killed");
        Cli.run("resume", killed, "--set", "training.steps=7", "--accept", "training.steps");
        Path again = killed("killed", 2, "again");
        run(configuration("again").set(RunKeys.RESUME, true));
        assertThat(Run.open(again).configuration())
                .anySatisfy(
                        setting -> assertThat(setting.name() + setting.value()).isEqualTo("training.steps6"));
    }

    @Test
    void aControlWhoseBudgetHasChangedIsRefused() throws IOException {
        run(configuration("whole"));
        RunConfigurationBuilder control = configuration("parts")
                .set(TrainingKeys.METHOD, TrainingKeys.Method.NEXT_TOKEN)
                .set(BaselineKeys.TOKENS_PER_STEP, 32)
                .set(BaselineKeys.COMPUTE_OF, folder.resolve("whole"));
        new ConfiguredRun(control.build(), new Cancelling(2)).run();
        run(configuration("whole")
                .set(TrainingKeys.STEPS, 8L)
                .set(RunKeys.RESUME, true)
                .set(RunKeys.ACCEPT_CHANGED, List.of("training.steps")));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> run(control.set(RunKeys.RESUME, true)))
                .withMessageContaining("baseline.compute-of was ");
    }

    @Test
    void aRunThatIsRefusedIsLeftAsItIs() throws IOException {
        run(configuration("whole"));
        Path killed = killed("whole", 4, "killed");
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
        Path killed = killed("whole", 4, "killed");
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
