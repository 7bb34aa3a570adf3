package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.assertSameWeights;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.ContentHash;
import org.rpt4j.run.directory.EventRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

/** A run that goes on is the run that never stopped. */
class RunResumeTest {

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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyStepCanBeResumedFrom(boolean background) throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, background));
        List<Long> steps = checkpoints("whole").steps();
        assertThat(steps).endsWith(STEPS);
        assertThat(steps).hasSizeGreaterThanOrEqualTo(background ? 2 : (int) STEPS);
        for (long step : steps) {
            Path killed = runs.killed("whole", step, "killed-" + step);
            run(runs.configuration(killed).set(RunKeys.RESUME, true));
            assertSame(killed, folder.resolve("whole"));
            assertThat(RecordedRun.open(killed).events())
                    .filteredOn(e -> e.kind() == EventRecord.Kind.STARTED)
                    .extracting(EventRecord::step)
                    .containsExactly(0L, step);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 4})
    void aCancelledRunResumes(long steps) throws IOException {
        run(configuration("whole"));
        RunResult cancelled = new ConfiguredRun(configuration("parts").build(), new Cancelling(steps)).run();
        assertThat(cancelled.training().outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        RunResult rest = run(configuration("parts").set(RunKeys.RESUME, true).set(BackendKeys.THREADS, 2));
        assertThat(rest.training().outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
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
            public void rolloutsSampled(TrainingEvent.RolloutsSampled sampled) {
                if (sampled.step() == 3) {
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

    /** All steps are done then, and their checkpoint is saved; only the measurement is owed. */
    @Test
    void aRunThatIsStoppedInItsLastEvaluationResumesWithIt() throws IOException {
        run(evaluatedTwice("whole"));
        RunObserver stopping = new RunObserver() {
            @Override
            public void evaluating(String label, Progress progress) {
                if (label.equals("after")) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        ConfiguredRun stopped = new ConfiguredRun(evaluatedTwice("parts").build(), stopping);
        assertThatExceptionOfType(OperationCancelledException.class).isThrownBy(stopped::run);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(RecordedRun.open(folder.resolve("parts")).outcome().orElseThrow())
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(RunEnd.Outcome.CANCELLED))
                .satisfies(end -> assertThat(end.detail()).contains("All steps were done"));
        RunResult rest = run(evaluatedTwice("parts").set(RunKeys.RESUME, true));
        assertThat(rest.evaluations()).extracting(report -> report.label()).containsExactly("before", "after");
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    /** The first evaluation is stopped: nothing is trained, and the state before the first step is saved. */
    @Test
    void aRunThatIsStoppedInItsFirstEvaluationResumesWithIt() throws IOException {
        run(evaluatedTwice("whole"));
        RunObserver stopping = new RunObserver() {
            @Override
            public void evaluating(String label, Progress progress) {
                Thread.currentThread().interrupt();
            }
        };
        RunResult stopped = new ConfiguredRun(evaluatedTwice("parts").build(), stopping).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped.training().outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(stopped.evaluations()).isEmpty();
        assertThat(checkpoints("parts").steps()).containsExactly(0L);
        run(evaluatedTwice("parts").set(RunKeys.RESUME, true));
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    /** Every task is a place to stop. */
    private RunConfigurationBuilder evaluatedTwice(String name) {
        return configuration(name)
                .set(EvaluationKeys.EVERY_STEPS, 0L)
                .set(ValidationKeys.KEEP_BEST, false)
                .set(EvaluationKeys.PER_CHUNK, 1);
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
                .set(TrainingKeys.TOKENS_PER_STEP, 32)
                .set(BaselineKeys.FLOPS, 2e8);
    }

    /** Before version 2, health checks remembered nothing that a checkpoint could hold. */
    @Test
    void aCheckpointOfVersionOneBeginsItsHealthChecksAnew() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        Path killed = runs.killed("whole", 4, "killed");
        Path checkpoint = checkpoints("killed").folder(4);
        Path manifest = checkpoint.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"version\" : 2", "\"version\" : 1"));
        Path health = checkpoint.resolve("parts/health.json");
        Files.delete(health);
        renewSums(checkpoint);
        assertThat(checkpoints("killed").latest().orElseThrow().manifest().version())
                .isEqualTo(1);
        run(configuration("killed").set(RunKeys.RESUME, true));
        assertSame(killed, folder.resolve("whole"));
        assertThat(RecordedRun.open(killed).events())
                .filteredOn(e -> e.kind() == EventRecord.Kind.STARTED)
                .extracting(EventRecord::step)
                .containsExactly(0L, 4L);
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

    /** Runs from before the order of tasks had a version dealt them in another order. */
    @Test
    void aRunThatDealtItsTasksInAnotherOrderResumesOnRequestAlone() throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, false));
        runs.killed("whole", 4, "killed");
        Path checkpoint = checkpoints("killed").folder(4);
        Path manifest = checkpoint.resolve("manifest.json");
        String before = Files.readString(manifest);
        String without = before.replaceFirst("(?s)\\s*\"task-order\" : \\{.*?\\},", "");
        assertThat(without).isNotEqualTo(before);
        Files.writeString(manifest, without);
        renewSums(checkpoint);
        RunConfigurationBuilder resuming = configuration("killed").set(RunKeys.RESUME, true);
        RunObserver untouched = new RunObserver() {
            @Override
            public void scoring(Progress progress) {
                throw new AssertionError("the corpus was scored before the refusal");
            }
        };
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> new ConfiguredRun(resuming.build(), untouched).run())
                .withMessageContaining("task-order was nothing, is 2")
                .withMessageContaining("run.accept-changed=task-order");
        RunResult accepted = run(resuming.set(RunKeys.ACCEPT_CHANGED, List.of("task-order")));
        assertThat(accepted.training().outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
    }

    /** Writes the checksums of a checkpoint whose manifest was edited and whose files may have been removed. */
    private static void renewSums(Path checkpoint) throws IOException {
        Path sums = checkpoint.resolve("SHA256SUMS");
        List<String> lines = Files.readAllLines(sums).stream()
                .filter(line -> Files.exists(checkpoint.resolve(line.substring(line.indexOf("  ") + 2))))
                .map(line -> line.endsWith("  manifest.json")
                        ? ContentHash.of(checkpoint.resolve("manifest.json")) + "  manifest.json"
                        : line)
                .toList();
        Files.write(sums, lines);
    }

    @Test
    void aControlWhoseBudgetHasChangedIsRefused() throws IOException {
        run(configuration("whole"));
        RunConfigurationBuilder control = configuration("parts")
                .set(TrainingKeys.METHOD, TrainingKeys.Method.NEXT_TOKEN)
                .set(TrainingKeys.TOKENS_PER_STEP, 32)
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
}
