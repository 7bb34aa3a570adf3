package org.rpt4j.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.train.Progress;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.SkipReason;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

class RunRecorderTest {

    private static final Function<int[], String> DECODER = ids -> Arrays.toString(ids);
    private static final RecordingOptions FEW = new RecordingOptions(3, 5);
    private static final RunRecord RECORD = RunRecord.now(
            "tabular on paper",
            new ModelDescription("TabularForCausalLM", 81, 9, 16),
            Map.of("sampling", 42L),
            List.of(new Artifact("model", "table", "00ff")));

    @TempDir
    private Path folder;

    private Path run() {
        return folder.resolve("runs/first");
    }

    private static void train(TabularPolicy policy, long steps, TrainingListener... listeners) {
        SamplingOptions sampling = new SamplingOptions(8, 0.8, 4, Set.of(TinyWorld.END), StopCondition.NEVER, 42, 0);
        var builder = RptTrainer.builder()
                .policy(policy, policy.openOptimizer(OptimizerOptions.PAPER.withLearningRate(0.1).withWeightDecay(0)))
                .tasks((step, size) -> LongStream.range(step * size, step * size + size)
                        .mapToObj(TinyWorld::task)
                        .toList())
                .prompts(context -> context)
                .extractor(TinyWorld::extract)
                .verifier(TinyWorld.VERIFIER)
                .settings(RptSettings.PAPER
                        .withSteps(steps)
                        .withPromptsPerStep(8)
                        .withSampling(sampling)
                        .withLogProbGapLimit(1e-10));
        for (TrainingListener listener : listeners) {
            builder.listener(listener);
        }
        builder.build().run();
    }

    private static Evaluation evaluate(String label, TabularPolicy policy) {
        EvaluationSettings settings = EvaluationSettings.greedy(4);
        settings = settings.withSampling(settings.sampling().withStop(Set.of(TinyWorld.END), StopCondition.NEVER));
        List<PredictionTask> tasks = LongStream.range(100, 112).mapToObj(TinyWorld::task).toList();
        return new Evaluator(policy, context -> context, TinyWorld::extract, TinyWorld.VERIFIER, settings)
                .run(label, tasks, progress -> {});
    }

    private RunRecorder recorder() {
        return RunDirectory.create(run(), RECORD, List.of(new Setting("steps", "5", "test"))).recorder(DECODER, FEW);
    }

    @Test
    void aRunCanBeReadBack() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        StepMetrics[] last = new StepMetrics[1];
        Evaluation before = evaluate("before", policy);
        Evaluation after;
        try (RunRecorder recorder = recorder()) {
            recorder.record(before);
            train(policy, 5, recorder, event -> {
                if (event instanceof TrainingEvent.StepCompleted completed) {
                    last[0] = completed.metrics();
                }
            });
            after = evaluate("after", policy);
            recorder.record(after);
        }

        Run read = Run.open(run());
        assertThat(read.name()).isEqualTo("first");
        assertThat(read.record()).isEqualTo(RECORD);
        assertThat(read.configuration()).containsExactly(new Setting("steps", "5", "test"));
        assertThat(read.outcome().orElseThrow().outcome()).isEqualTo("COMPLETED");
        assertThat(read.outcome().orElseThrow().detail()).contains("5 updates");
        assertThat(read.steps()).extracting(StepRecord::step).containsExactly(0L, 1L, 2L, 3L, 4L);
        StepRecord step = read.steps().get(4);
        assertThat(step.event()).isEqualTo("completed");
        assertThat(step.value(StepValues.REWARD)).isEqualTo(last[0].rollouts().rewardMean());
        assertThat(step.value(StepValues.GRADIENT_NORM)).isEqualTo(last[0].update().gradientNorm());
        assertThat(step.value(StepValues.LIVE_SHARE)).isEqualTo(last[0].groups().liveShare());
        double reasons = Arrays.stream(RewardReason.values()).mapToDouble(r -> step.value("reason/" + r)).sum();
        assertThat(reasons).isCloseTo(1, within(1e-12));
        assertThat(read.evaluations()).extracting(EvaluationRecord::report)
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
            train(policy, 3, recorder, event -> {
                if (event instanceof TrainingEvent.StepCompleted completed) {
                    long read = 8 * 2 + completed.metrics().rollouts().tokensGenerated();
                    long updated = completed.metrics().update().tokensTrained();
                    expected[0] += policy.description().parameterCount() * (2.0 * read + 6.0 * updated);
                }
            });
            recorder.record(evaluate("after", policy));
        }
        Run read = Run.open(run());
        assertThat(read.steps().get(2).value(StepValues.COMPUTE)).isEqualTo(expected[0]).isPositive();
        assertThat(read.evaluations().get(0).flops()).isEqualTo(expected[0]);
    }

    @Test
    void textIsKeptInBounds() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        try (RunRecorder recorder = recorder()) {
            train(policy, 4, recorder);
            recorder.record(evaluate("after", policy));
        }
        Run read = Run.open(run());
        assertThat(read.rollouts()).hasSize(4 * 3).extracting(Trace::step).contains(0L, 1L, 2L, 3L);
        assertThat(read.rollouts()).extracting(Trace::member).as("not the first of each group").anyMatch(m -> m > 3);
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
    void aRunIsNeverOverwritten() throws IOException {
        recorder().close();
        byte[] record = Files.readAllBytes(run().resolve("run.json"));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(this::recorder)
                .withMessageContaining("never overwritten")
                .withMessageContaining(run().toString());
        assertThat(run().resolve("run.json")).hasBinaryContent(record);
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> RunDirectory.requireFree(file));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> Run.open(folder))
                .withMessageContaining("is not a run");
    }

    @Test
    void everyStepIsOnDiskAsSoonAsItIsDoneAndATornLastLineIsLeftOut() throws IOException {
        RunRecorder recorder = recorder();
        train(TinyWorld.halfTrainedPolicy(), 3, recorder);
        Path metrics = run().resolve("metrics.jsonl");
        assertThat(Run.open(run()).steps()).as("before it is closed").hasSize(3);
        recorder.close();
        recorder.close();
        Files.write(metrics, "{\"step\": 3, \"event\": \"\u00e9".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);
        assertThat(Run.open(run()).steps()).extracting(StepRecord::step).containsExactly(0L, 1L, 2L);
        byte[] torn = Files.readAllBytes(metrics);
        Files.write(metrics, Arrays.copyOf(torn, torn.length - 1));
        assertThat(Run.open(run()).steps()).as("torn inside a character").hasSize(3);
        Files.writeString(metrics, "\"\n", StandardOpenOption.APPEND);
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> Run.open(run()).steps())
                .withMessageContaining("line 4")
                .withMessageContaining("metrics.jsonl");
    }

    @Test
    void anInterruptedThreadStillRecords() {
        RunRecorder recorder = recorder();
        Thread.currentThread().interrupt();
        recorder.on(new TrainingEvent.StepSkipped(7, SkipReason.NO_LIVE_GROUPS,
                new Progress(1, 2, Duration.ZERO)));
        recorder.on(new TrainingEvent.RunFailed(8, new IllegalStateException("no more")));
        assertThat(Thread.interrupted()).isTrue();
        recorder.close();
        Run read = Run.open(run());
        assertThat(read.steps()).singleElement().satisfies(step -> {
            assertThat(step.event()).isEqualTo("skipped: NO_LIVE_GROUPS");
            assertThat(step.value(StepValues.REWARD)).isNaN();
        });
        assertThat(read.outcome().orElseThrow().outcome()).isEqualTo("FAILED");
        assertThat(read.outcome().orElseThrow().detail()).contains("step 8", "no more");
    }

    @Test
    void aFailureToWriteIsReportedAtTheEnd() throws IOException {
        RunRecorder recorder = recorder();
        train(TinyWorld.halfTrainedPolicy(), 1, recorder);
        Files.delete(run().resolve("outcome.json"));
        Files.createDirectories(run().resolve("outcome.json/in/the/way"));
        recorder.on(new TrainingEvent.RunFailed(1, new IllegalStateException("no more")));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(recorder::close)
                .withMessageContaining("incomplete");
        assertThat(Run.open(run()).steps()).hasSize(1);
    }
}
