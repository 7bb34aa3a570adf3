package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.SkipReason;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.health.HealthCheck;
import org.rpt4j.run.health.HealthWarning;

class RunRecorderTest {

    static final Function<int[], String> DECODER = ids -> Arrays.toString(ids);
    static final RecordingOptions FEW = RecordingOptions.builder()
            .rolloutsPerStep(3)
            .responsesPerEvaluation(5)
            .failedBatches(2)
            .build();
    static final Provenance RECORD = Provenance.now(
            "tabular on paper",
            new ModelDescription("TabularForCausalLM", 81, 9, 16),
            Map.of("sampling", 42L),
            List.of(new Artifact("model", "table", "00ff")));

    private static final RolloutMetrics ABSTAINED =
            new RolloutMetrics(8, 8, Double.NaN, Double.NaN, Map.of(), 0, 3, 0, 1.2, 24);
    private static final Progress PROGRESS = new Progress(1, 2, Duration.ZERO);

    @TempDir
    private Path folder;

    private Path run() {
        return folder.resolve("runs/first");
    }

    static void train(TabularPolicy policy, long steps, TrainingListener... listeners) {
        train(policy, RptSettings.PAPER, steps, listeners);
    }

    private static void train(TabularPolicy policy, RptSettings settings, long steps, TrainingListener... listeners) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(8)
                .temperature(0.8)
                .maxTokens(4)
                .stopTokens(Set.of(TinyWorld.END))
                .seed(42)
                .build();
        var builder = RptTrainer.builder()
                .policy(
                        policy,
                        policy.openOptimizer(OptimizerOptions.PAPER.toBuilder()
                                .learningRate(0.1)
                                .weightDecay(0)
                                .build()))
                .tasks((step, size) -> LongStream.range(step * size, step * size + size)
                        .mapToObj(TinyWorld::task)
                        .toList())
                .prompts((context, after) -> context)
                .extractor(TinyWorld::extract)
                .verifier(TinyWorld.VERIFIER)
                .settings(settings.toBuilder()
                        .steps(steps)
                        .promptsPerStep(8)
                        .sampling(sampling)
                        .logProbGapLimit(1e-10)
                        .build());
        for (TrainingListener listener : listeners) {
            builder.listener(listener);
        }
        builder.build().run();
    }

    private static Evaluation evaluate(String label, TabularPolicy policy) {
        return evaluate(label, policy, 12);
    }

    private static Evaluation evaluate(String label, TabularPolicy policy, int count) {
        EvaluationSettings settings = EvaluationSettings.greedy(4);
        settings = settings.toBuilder()
                .sampling(settings.sampling().toBuilder()
                        .stopTokens(Set.of(TinyWorld.END))
                        .stopCondition(StopCondition.NEVER)
                        .build())
                .build();
        List<PredictionTask> tasks =
                LongStream.range(100, 100 + count).mapToObj(TinyWorld::task).toList();
        return new Evaluator(policy, (context, after) -> context, TinyWorld::extract, TinyWorld.VERIFIER, settings)
                .run(label, tasks, progress -> {});
    }

    private RunRecorder recorder() {
        return RunDirectory.create(run(), RECORD, List.of(RecordedSetting.given("steps", "5", "test")))
                .recorder(DECODER, FEW);
    }

    /** A run that went on with other settings and was stopped before its next checkpoint does so again. */
    @Test
    void whatTheSettingsWereIsKeptThoughARunGoesOnTwice() {
        RunDirectory created = RunDirectory.create(run(), RECORD, List.of(RecordedSetting.given("steps", "5", "test")));
        for (String steps : List.of("9", "9")) {
            created.replaceConfiguration(List.of(RecordedSetting.given("steps", steps, "test")), 3);
        }
        assertThat(run().resolve("configuration-before-step-3.json")).content().contains("\"5\"");
        assertThat(RecordedRun.open(run()).configuration())
                .containsExactly(RecordedSetting.given("steps", "9", "test"));
    }

    /** From 2026 to 1970, to 2100 and back. */
    @Test
    void aClockThatJumpsChangesNothing() {
        RunDirectory.create(run(), RECORD, List.of());
        long[] times = {1_790_000_000_000L, 5_000, 4_100_000_000_000L};
        int[] asked = {0};
        RecordingPosition position;
        try (RunRecorder recorder = new RunRecorder(run(), DECODER, FEW, () -> times[asked[0]++ % times.length])) {
            train(TinyWorld.halfTrainedPolicy(), 3, recorder);
            position = recorder.position();
        }
        try (RunRecorder recorder = RunDirectory.resume(run()).recorder(DECODER, FEW, position)) {
            train(
                    TinyWorld.halfTrainedPolicy(),
                    RptSettings.PAPER.toBuilder().startStep(3).build(),
                    5,
                    recorder);
            assertThat(recorder.position().seconds()).isGreaterThan(position.seconds());
        }
        RecordedRun read = RecordedRun.open(run());
        assertThat(read.steps()).extracting(StepRecord::step).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(read.steps()).extracting(StepRecord::seconds).isSorted();
        assertThat(run()).isDirectoryNotContaining("glob:**.tmp");
        assertThat(position.bytes().keySet()).filteredOn(EventFile::isName).hasSize(1);
    }

    @Test
    void aRecordingGoesOnBehindAPosition() throws IOException {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        RecordingPosition position;
        try (RunRecorder recorder = recorder()) {
            recorder.record(evaluate("before", policy));
            train(policy, 2, recorder);
            position = RecordingPosition.parse(recorder.position().toJson());
            train(policy, RptSettings.PAPER.toBuilder().startStep(2).build(), 4, recorder);
        }
        assertThat(position.steps()).isEqualTo(2);
        assertThat(position.flops()).isPositive();
        assertThat(RecordedRun.open(run()).outcome()).isPresent();
        try (RunRecorder recorder = RunDirectory.resume(run()).recorder(DECODER, FEW, position)) {
            assertThat(RecordedRun.open(run()).outcome()).isEmpty();
            assertThat(RecordedRun.open(run()).steps()).hasSize(2);
            assertThat(recorder.position().bytes()).isEqualTo(position.bytes());
            assertThat(recorder.position().flops()).isEqualTo(position.flops());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> recorder.record(evaluate("other", policy, 3)))
                    .withMessageContaining("not the 12");
        }
        Files.writeString(run().resolve("metrics.jsonl"), "");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RunDirectory.resume(run()).recorder(DECODER, FEW, position))
                .withMessageContaining("metrics.jsonl has 0 bytes");
    }

    @Test
    void aRunCanBeReadBack() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        StepMetrics[] last = new StepMetrics[1];
        Evaluation before = evaluate("before", policy);
        Evaluation after;
        try (RunRecorder recorder = recorder()) {
            recorder.record(before);
            train(policy, 5, recorder, new TrainingListener() {
                @Override
                public void stepCompleted(TrainingEvent.StepCompleted completed) {
                    last[0] = completed.metrics();
                }
            });
            after = evaluate("after", policy);
            recorder.record(after);
        }

        RecordedRun read = RecordedRun.open(run());
        assertThat(read.name()).isEqualTo("first");
        assertThat(read.provenance()).isEqualTo(RECORD);
        assertThat(read.configuration()).containsExactly(RecordedSetting.given("steps", "5", "test"));
        assertThat(read.outcome().orElseThrow().outcome()).isEqualTo(RunEnd.Outcome.COMPLETED);
        assertThat(read.outcome().orElseThrow().detail()).contains("5 updates");
        assertThat(read.steps()).extracting(StepRecord::step).containsExactly(0L, 1L, 2L, 3L, 4L);
        StepRecord step = read.steps().get(4);
        assertThat(step.event()).isEqualTo(StepEvent.COMPLETED);
        assertThat(step.value(StepValues.REWARD)).isEqualTo(last[0].rollouts().rewardMean());
        assertThat(step.value(StepValues.GRADIENT_NORM))
                .isEqualTo(last[0].update().gradientNorm());
        assertThat(step.value(StepValues.LIVE_SHARE)).isEqualTo(last[0].groups().liveShare());
        double reasons = RewardReason.constants().stream()
                .mapToDouble(r -> step.value("reason/" + r))
                .sum();
        assertThat(reasons).isCloseTo(1, within(1e-12));
        assertThat(read.evaluations())
                .extracting(EvaluationRecord::report)
                .extracting(r -> r.outcomes())
                .containsExactly(before.report().outcomes(), after.report().outcomes());
        assertThat(read.evaluations()).extracting(EvaluationRecord::step).containsExactly(0L, 5L);
        assertThat(read.evaluations().get(1).latency()).isEqualTo(after.latency());
        assertThat(read.evaluations().get(1).patterns()).containsKey("reflection");
    }

    /** 2N per token of prompt or completion, 6N per token trained; the evaluation in between costs nothing. */
    @Test
    void computeIsCountedByTheConvention() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        double[] expected = new double[1];
        try (RunRecorder recorder = recorder()) {
            train(policy, 3, recorder, new TrainingListener() {
                @Override
                public void stepCompleted(TrainingEvent.StepCompleted completed) {
                    long read = 8 * 2 + completed.metrics().rollouts().tokensGenerated();
                    long updated = completed.metrics().update().tokensTrained();
                    expected[0] += policy.description().parameterCount() * (2.0 * read + 6.0 * updated);
                }
            });
            recorder.record(evaluate("after", policy));
        }
        RecordedRun read = RecordedRun.open(run());
        assertThat(read.steps().get(2).value(StepValues.COMPUTE))
                .isEqualTo(expected[0])
                .isPositive();
        assertThat(read.evaluations().get(0).flops()).isEqualTo(expected[0]);
    }

    /** Each update of a batch reads and trains all of its tokens. */
    @Test
    void everyUpdateOfABatchIsCounted() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        StepMetrics[] done = new StepMetrics[1];
        try (RunRecorder recorder = recorder()) {
            recorder.spend(1000);
            train(
                    policy,
                    RptSettings.PAPER.toBuilder().updatesPerBatch(3).build(),
                    1,
                    recorder,
                    new TrainingListener() {
                        @Override
                        public void stepCompleted(TrainingEvent.StepCompleted completed) {
                            done[0] = completed.metrics();
                        }
                    });
        }
        long read = 8 * 2 + done[0].rollouts().tokensGenerated();
        long updated = 3 * done[0].update().tokensTrained();
        double flops = policy.description().parameterCount() * (2.0 * read + 6.0 * updated);
        assertThat(done[0].update().updates()).isEqualTo(3);
        assertThat(done[0].update().tokensTrained())
                .isLessThanOrEqualTo(done[0].rollouts().tokensGenerated());
        assertThat(RecordedRun.open(run()).steps().get(0).value(StepValues.COMPUTE))
                .isEqualTo(1000 + flops);
    }

    @Test
    void warningsOfOlderRunsAreReadUnderTheirFormerName() throws IOException {
        try (RunRecorder recorder = recorder()) {
            recorder.warningRaised(new HealthWarning.Raised(5, HealthCheck.GRADIENT_SPIKE, "9 times the median"));
            recorder.warningCleared(new HealthWarning.Cleared(7, HealthCheck.GRADIENT_SPIKE));
        }
        Path file = run().resolve("events.jsonl");
        String now = Files.readString(file);
        Files.writeString(file, now.replace("WARNING_", "ALARM_"));
        assertThat(Files.readString(file)).isNotEqualTo(now);
        assertThat(RecordedRun.open(run()).events())
                .extracting(EventRecord::kind)
                .containsExactly(EventRecord.Kind.WARNING_RAISED, EventRecord.Kind.WARNING_CLEARED);
    }

    @Test
    void eventsOfOlderRunsHaveNoMessage() throws IOException {
        try (RunRecorder recorder = recorder()) {
            recorder.onEvent(new TrainingEvent.CheckpointSaved(5));
        }
        Path file = run().resolve("events.jsonl");
        String now = Files.readString(file);
        Files.writeString(file, now.replace(",\"message\":\"\"", ""));
        assertThat(Files.readString(file)).isNotEqualTo(now);
        assertThat(RecordedRun.open(run()).events())
                .singleElement()
                .extracting(EventRecord::message)
                .isEqualTo("");
        Files.writeString(file, now.replace("\"step\":5,", ""));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RecordedRun.open(run()).events())
                .withMessageContaining("line 1");
    }

    @Test
    void whatHappensBesideTheUpdatesIsKept() {
        RolloutMetrics.RefillMetrics refill = new RolloutMetrics.RefillMetrics(8, 5, 80, 4, 1, 2, 3, 2);
        try (RunRecorder recorder = recorder()) {
            recorder.onEvent(new TrainingEvent.RunPaused(4));
            recorder.onEvent(new TrainingEvent.RunResumed(4));
            recorder.onEvent(new TrainingEvent.GroupsRefilled(4, refill));
            recorder.onEvent(new TrainingEvent.SamplingStarved(4, refill));
            recorder.onEvent(
                    new TrainingEvent.RolloutsSampled(4, List.of(), ABSTAINED, new GroupMetrics(0, 0, 0, 0, 0, 0)));
            recorder.onEvent(new TrainingEvent.StepSkipped(4, SkipReason.NO_LIVE_GROUPS, PROGRESS));
            recorder.onEvent(new TrainingEvent.Validated(4, "reasoning accuracy", Double.NaN, -1, Double.NaN));
            recorder.onEvent(new TrainingEvent.CheckpointSaved(5));
            recorder.warningRaised(new HealthWarning.Raised(5, HealthCheck.GRADIENT_SPIKE, "9 times the median"));
            recorder.warningCleared(new HealthWarning.Cleared(5, HealthCheck.GRADIENT_SPIKE));
            recorder.onEvent(new TrainingEvent.StepSkipped(5, SkipReason.NO_LIVE_GROUPS, PROGRESS));
        }

        List<EventRecord> events = RecordedRun.open(run()).events();
        assertThat(events)
                .extracting(EventRecord::kind)
                .containsExactly(
                        EventRecord.Kind.PAUSED,
                        EventRecord.Kind.RESUMED,
                        EventRecord.Kind.STARVED,
                        EventRecord.Kind.VALIDATED,
                        EventRecord.Kind.CHECKPOINT_SAVED,
                        EventRecord.Kind.WARNING_RAISED,
                        EventRecord.Kind.WARNING_CLEARED);
        assertThat(events).extracting(EventRecord::step).containsExactly(4L, 4L, 4L, 4L, 5L, 5L, 5L);
        assertThat(events.get(5).metric()).isEqualTo("GRADIENT_SPIKE");
        assertThat(events.get(5).message()).isEqualTo("9 times the median");
        assertThat(events.get(2).values()).isEqualTo(Map.of("wanted", 8.0, "found", 5.0, "starved_steps", 2.0));
        assertThat(events.get(3).metric()).isEqualTo("reasoning accuracy");
        assertThat(events.get(3).value(EventRecord.VALUE)).isNaN();
        assertThat(events.get(3).value(EventRecord.BEST_STEP)).isEqualTo(-1);
        StepRecord step = RecordedRun.open(run()).steps().get(0);
        assertThat(step.values())
                .containsEntry("refill/wanted", 8.0)
                .containsEntry("refill/found", 5.0)
                .containsEntry("refill/generated", 80.0)
                .containsEntry("refill/carried_in", 1.0)
                .containsEntry("refill/carried_out", 2.0)
                .containsEntry("refill/dropped", 3.0);
        assertThat(RecordedRun.open(run()).steps().get(1).values())
                .as("of its own step")
                .doesNotContainKey("refill/found");
    }

    @Test
    void whatCouldNotBeMeasuredIsReadAsNaN() {
        try (RunRecorder recorder = recorder()) {
            recorder.onEvent(
                    new TrainingEvent.RolloutsSampled(0, List.of(), ABSTAINED, new GroupMetrics(0, 0, 0, 0, 0, 0)));
            recorder.onEvent(new TrainingEvent.StepSkipped(0, SkipReason.NO_LIVE_GROUPS, PROGRESS));
        }
        StepRecord step = RecordedRun.open(run()).steps().get(0);
        assertThat(step.value(StepValues.ABSTAINED)).isEqualTo(8);
        assertThat(step.value(StepValues.REWARD)).isNaN();
        assertThat(step.value(StepValues.REASON + RewardReason.HIT)).isNaN();
        assertThat(step.value(StepValues.ALL_HIT)).isNaN();
    }

    @Test
    void textIsKeptInBounds() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        try (RunRecorder recorder = recorder()) {
            train(policy, 4, recorder);
            recorder.record(evaluate("after", policy));
        }
        RecordedRun read = RecordedRun.open(run());
        assertThat(read.rollouts()).hasSize(4 * 3).extracting(Trace::step).contains(0L, 1L, 2L, 3L);
        assertThat(read.rollouts())
                .extracting(Trace::member)
                .as("not the first of each group")
                .anyMatch(m -> m > 3);
        Trace trace = read.responses().get(0);
        assertThat(read.responses()).hasSize(5).extracting(Trace::label).containsOnly("after");
        assertThat(trace.task()).isEqualTo(100);
        assertThat(trace.context()).isEqualTo("[8, 4]");
        assertThat(trace.target()).isEqualTo("\u0001");
        assertThat(trace.continuation()).isEqualTo("\u0001\u0007");
        assertThat(trace.isHit()).isEqualTo(trace.reward() != null && trace.reward() == 1);
        assertThat(trace.response()).startsWith("[");
    }

    @Test
    void evaluationsOfOneRunAreOfTheSameTasks() {
        try (RunRecorder recorder = recorder()) {
            recorder.record(evaluate("before", TinyWorld.policy()));
            Evaluation other = evaluate("other", TinyWorld.policy(), 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> recorder.record(other))
                    .withMessageContaining("\"other\" is of 3 tasks that are not the 12");
        }
        assertThat(RecordedRun.open(run()).evaluations()).hasSize(1);
    }

    @Test
    void aRunIsNeverOverwritten() throws IOException {
        recorder().close();
        byte[] record = Files.readAllBytes(run().resolve("run.json"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::recorder)
                .withMessageContaining("never overwritten")
                .withMessageContaining(run().toString());
        assertThat(run().resolve("run.json")).hasBinaryContent(record);
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> RunDirectory.requireFree(file));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RecordedRun.open(folder))
                .withMessageContaining("is not a run");
    }

    @Test
    void everyStepIsOnDiskAsSoonAsItIsDoneAndATornLastLineIsLeftOut() throws IOException {
        RunRecorder recorder = recorder();
        train(TinyWorld.halfTrainedPolicy(), 3, recorder);
        Path metrics = run().resolve("metrics.jsonl");
        assertThat(RecordedRun.open(run()).steps()).as("before it is closed").hasSize(3);
        recorder.close();
        recorder.close();
        Files.write(
                metrics,
                "{\"step\": 3, \"event\": \"\u00e9".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);
        assertThat(RecordedRun.open(run()).steps()).extracting(StepRecord::step).containsExactly(0L, 1L, 2L);
        byte[] torn = Files.readAllBytes(metrics);
        Files.write(metrics, Arrays.copyOf(torn, torn.length - 1));
        assertThat(RecordedRun.open(run()).steps())
                .as("torn inside a character")
                .hasSize(3);
        Files.writeString(metrics, "\"\n", StandardOpenOption.APPEND);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RecordedRun.open(run()).steps())
                .withMessageContaining("line 4")
                .withMessageContaining("metrics.jsonl");
    }

    @Test
    void anInterruptedThreadStillRecords() {
        RunRecorder recorder = recorder();
        Thread.currentThread().interrupt();
        recorder.onEvent(
                new TrainingEvent.StepSkipped(7, SkipReason.NO_LIVE_GROUPS, new Progress(1, 2, Duration.ZERO)));
        recorder.onEvent(new TrainingEvent.RunFailed(8, new IllegalStateException("no more")));
        assertThat(Thread.interrupted()).isTrue();
        recorder.close();
        RecordedRun read = RecordedRun.open(run());
        assertThat(read.steps()).singleElement().satisfies(step -> {
            assertThat(step.event()).isEqualTo(new StepEvent.Skipped(SkipReason.NO_LIVE_GROUPS));
            assertThat(step.value(StepValues.REWARD)).isNaN();
        });
        assertThat(read.outcome().orElseThrow().outcome()).isEqualTo(RunEnd.Outcome.FAILED);
        assertThat(read.outcome().orElseThrow().detail()).contains("step 8", "no more");
    }

    @Test
    void aFailureToWriteIsReportedAtTheEnd() throws IOException {
        RunRecorder recorder = recorder();
        train(TinyWorld.halfTrainedPolicy(), 1, recorder);
        Files.delete(run().resolve("outcome.json"));
        Files.createDirectories(run().resolve("outcome.json/in/the/way"));
        recorder.onEvent(new TrainingEvent.RunFailed(1, new IllegalStateException("no more")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(recorder::close)
                .withMessageContaining("incomplete");
        assertThat(RecordedRun.open(run()).steps()).hasSize(1);
    }
}
