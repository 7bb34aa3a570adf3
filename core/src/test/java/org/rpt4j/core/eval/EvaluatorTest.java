package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.rollout.PredictionExtractor;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;

class EvaluatorTest {

    /** Entropies 0.3, 0.8, 1.3, 1.8 for the questions 0, 1, 2, 3. */
    private static final List<PredictionTask> TASKS =
            LongStream.range(0, 8).mapToObj(TinyWorld::task).toList();

    private static final EvaluationSettings GREEDY = withStop(EvaluationSettings.greedy(4));

    private static EvaluationSettings withStop(EvaluationSettings settings) {
        return settings.toBuilder()
                .sampling(settings.sampling().toBuilder()
                        .stopTokens(Set.of(TinyWorld.END))
                        .stopCondition(StopCondition.NEVER)
                        .build())
                .build();
    }

    /**
     * Correct on questions 0 and 1; on 2 the bare prediction is correct but the thought never ends; on 3 everything is
     * wrong.
     */
    private static TabularPolicy policy() {
        TabularPolicy policy = TinyWorld.policy();
        for (int question = 0; question < 3; question++) {
            policy.logits[TinyWorld.FIRST_QUESTION + question][question + 1] = 5;
        }
        policy.logits[TinyWorld.FIRST_QUESTION + 3][2] = 5;
        policy.logits[1][TinyWorld.END] = 5;
        policy.logits[2][TinyWorld.END] = 5;
        policy.logits[3][3] = 5;
        return policy;
    }

    private static Evaluator evaluator(TabularPolicy policy, EvaluationSettings settings) {
        return new Evaluator(policy, (context, after) -> context, TinyWorld::extract, TinyWorld.VERIFIER, settings);
    }

    @Test
    void difficultiesAreNested() {
        assertThat(TASKS.subList(0, 4)).extracting(Difficulty.EASY::contains).containsExactly(false, true, true, true);
        assertThat(TASKS.subList(0, 4))
                .extracting(Difficulty.MEDIUM::contains)
                .containsExactly(false, false, true, true);
        assertThat(TASKS.subList(0, 4))
                .extracting(Difficulty.HARD::contains)
                .containsExactly(false, false, false, true);
        assertThat(Difficulty.EASY.contains(TinyWorld.task(1, 0.5))).isFalse();
        assertThat(Difficulty.EASY.contains(TinyWorld.task(1, Double.NaN))).isFalse();
    }

    @Test
    void bothWaysAreMeasuredOnTheSameTasks() {
        EvaluationReport report = evaluator(policy(), GREEDY).evaluate("tiny", TASKS);
        SplitReport all = report.all();
        assertThat(report.splits()).extracting(SplitReport::name).containsExactly("all", "easy", "medium", "hard");
        assertThat(report.splits()).extracting(SplitReport::tasks).containsExactly(8, 6, 4, 2);
        assertThat(report.splits()).extracting(s -> s.standard().rate()).containsExactly(0.75, 4 / 6.0, 0.5, 0.0);
        assertThat(report.splits()).extracting(s -> s.reasoning().rate()).containsExactly(0.5, 2 / 6.0, 0.0, 0.0);
        assertThat(all.reasons())
                .containsOnlyKeys(RewardReason.HIT, RewardReason.NOT_PREFIX, RewardReason.TRUNCATED)
                .containsEntry(RewardReason.HIT, 4)
                .containsEntry(RewardReason.TRUNCATED, 2);
        assertThat(all.boxRate()).isEqualTo(0.75);
        assertThat(all.truncatedShare()).isEqualTo(0.25);
        assertThat(all.meanResponseTokens()).isEqualTo((2 + 2 + 4 + 2) / 4.0);
        assertThat(all.multiTokenHits()).isZero();
        assertThat(report.split(Difficulty.HARD).tasks()).isEqualTo(2);
    }

    @Test
    void chunksChangeOnlyProgress() {
        EvaluationSettings sampled = withStop(EvaluationSettings.sampled(4, 0.8, 4));
        List<Progress> progress = new ArrayList<>();
        EvaluationReport whole = evaluator(policy(), sampled).evaluate("tiny", TASKS);
        EvaluationReport chunked = evaluator(
                        policy(), sampled.toBuilder().tasksPerChunk(3).build())
                .evaluate("tiny", TASKS, progress::add);
        assertThat(chunked).isEqualTo(whole);
        assertThat(progress).extracting(Progress::done).containsExactly(3L, 6L, 8L);
        assertThat(progress).extracting(Progress::total).containsOnly(8L);
    }

    @Test
    void theResponsesBehindTheReportCanBeKept() {
        Evaluation evaluation =
                evaluator(policy(), GREEDY.toBuilder().tasksPerChunk(3).build()).run("tiny", TASKS, progress -> {});
        EvaluationReport report = evaluation.report();
        assertThat(report).isEqualTo(evaluator(policy(), GREEDY).evaluate("tiny", TASKS));
        assertThat(report.outcomes()).extracting(TaskOutcome::task).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(evaluation.results()).extracting(TaskResult::task).isEqualTo(TASKS);
        assertThat(report.outcomes())
                .extracting(TaskOutcome::hits)
                .isEqualTo(evaluation.results().stream().map(TaskResult::hits).toList());
        assertThat(evaluation.latency().standardSeconds()).isPositive();
        assertThat(evaluation.latency().reasoningSeconds()).isPositive();
    }

    @Test
    void tasksWithoutANextTokenHaveNoStandardAccuracy() {
        EvaluationSettings answers = GREEDY.toBuilder().standard(false).build();
        Evaluation evaluation = evaluator(policy(), answers).run("answers", TASKS, progress -> {});
        EvaluationReport report = evaluation.report();

        assertThat(report.hasStandard()).isFalse();
        assertThat(report.outcomes()).extracting(TaskOutcome::standardHit).containsOnlyNulls();
        assertThat(report.all().standard().tasks()).isZero();
        assertThat(report.all().reasoning())
                .isEqualTo(evaluator(policy(), GREEDY)
                        .evaluate("tokens", TASKS)
                        .all()
                        .reasoning());
        assertThat(evaluation.latency().standardSeconds()).isNaN();
        assertThat(report.toJson()).doesNotContain("standard");
        assertThat(EvaluationReport.parse(report.toJson()).toJson()).isEqualTo(report.toJson());
        assertThat(EvaluationTable.of(report)).contains("reasoning accuracy").doesNotContain("standard");
        EvaluationComparison comparison = EvaluationComparison.of(report, report);
        assertThat(comparison.hasStandard()).isFalse();
        assertThat(comparison.splits().get(0).standard().tasks()).isZero();
        assertThat(comparison.splits().get(0).reasoning().tasks()).isEqualTo(8);
    }

    @Test
    void aReportWithStandardHitsButNoStandardAccuracyIsRefused() {
        String json = evaluator(policy(), GREEDY).evaluate("tokens", TASKS).toJson();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> EvaluationReport.parse(json.replace("\"standard\"", "\"other\"")))
                .withMessageContaining("outcomes[0]")
                .withMessageContaining("standardHit");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> EvaluationReport.parse(json.replaceFirst("\"standardHit\"", "\"other\"")))
                .withMessageContaining("standardHit");
    }

    /** Questions have no entropy. */
    @Test
    void difficultiesWithoutTasksHaveNoBlock() {
        EvaluationReport report = evaluator(policy(), GREEDY).evaluate("now", List.of(TinyWorld.task(0, Double.NaN)));
        assertThat(EvaluationTable.of(report)).contains("all (1 tasks)").doesNotContain("easy");
    }

    @Test
    void severalSamplesGiveMeanAccuracyAndPassAtK() {
        EvaluationSettings sampled = withStop(EvaluationSettings.sampled(6, 0.8, 4)).toBuilder()
                .passAt(List.of(1, 3, 6))
                .build();
        SplitReport all = evaluator(TinyWorld.halfTrainedPolicy(), sampled)
                .evaluate("tiny", TASKS)
                .all();
        assertThat(all.samples()).isEqualTo(48);
        int hits = all.reasons().get(RewardReason.HIT);
        assertThat(hits).isBetween(5, 43);
        assertThat(all.reasoning().rate()).isEqualTo(hits / 48.0, within(1e-12));
        assertThat(all.reasoning().tasks()).isEqualTo(8);
        assertThat(all.passAtK().get(1)).isEqualTo(all.reasoning().rate(), within(1e-12));
        assertThat(all.passAtK().get(3))
                .isBetween(all.passAtK().get(1), all.passAtK().get(6));
        assertThat(all.passAtK().get(6)).isGreaterThan(all.passAtK().get(1));
    }

    @Test
    void abstentionsAreNeitherHitNorMiss() {
        RewardVerifier half = attempt ->
                attempt.task().id() < 4 ? new Verdict.Abstained("no judge") : TinyWorld.VERIFIER.verify(attempt);
        SplitReport all = new Evaluator(policy(), (context, after) -> context, TinyWorld::extract, half, GREEDY)
                .evaluate("tiny", TASKS)
                .all();
        assertThat(all.abstained()).isEqualTo(4);
        assertThat(all.reasoning()).isEqualTo(new Accuracy(0.5, 4));
        assertThat(all.standard().tasks()).isEqualTo(8);
    }

    @Test
    void aTaskIsMeasuredByItsJudgedSamples() {
        RewardVerifier half = attempt -> attempt.rollout().member() % 2 == 1
                ? new Verdict.Abstained("no judge")
                : new Verdict.Scored(1, RewardReason.HIT);
        EvaluationSettings sampled = withStop(EvaluationSettings.sampled(4, 0.8, 4)).toBuilder()
                .passAt(List.of(2, 3))
                .build();
        SplitReport all = new Evaluator(policy(), (context, after) -> context, TinyWorld::extract, half, sampled)
                .evaluate("tiny", TASKS)
                .all();
        assertThat(all.reasoning()).isEqualTo(new Accuracy(1, 8));
        assertThat(all.abstained()).isEqualTo(16);
        assertThat(all.passAtK().get(2)).isEqualTo(1);
        assertThat(all.passAtK().get(3)).isNaN();
    }

    @Test
    void predictionsLongerThanATokenAreCounted() {
        PredictionExtractor two = rollout -> new Prediction.Boxed(new byte[] {(byte) rollout.tokens()[0], 7});
        SplitReport all = new Evaluator(policy(), (context, after) -> context, two, TinyWorld.VERIFIER, GREEDY)
                .evaluate("tiny", TASKS)
                .all();
        assertThat(all.reasons()).containsEntry(RewardReason.HIT, 6);
        assertThat(all.multiTokenHits()).isEqualTo(6);
    }

    @Test
    void standardPredictionStartsWhereTheModelStartsATextToo() {
        List<int[]> asked = new ArrayList<>();
        TrainablePolicy inner = policy();
        Policy recording = (Policy) Proxy.newProxyInstance(
                Policy.class.getClassLoader(), new Class<?>[] {Policy.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("generate")) {
                        ((List<?>) arguments[0]).forEach(prompt -> asked.add(((Prompt) prompt).tokens()));
                    }
                    return method.invoke(inner, arguments);
                });
        new Evaluator(
                        recording,
                        (context, after) -> context,
                        OptionalInt.of(2),
                        TinyWorld::extract,
                        TinyWorld.VERIFIER,
                        GREEDY)
                .evaluate("tiny", TASKS.subList(0, 1));

        int[] context = TASKS.get(0).context();
        int[] withStart = new int[context.length + 1];
        withStart[0] = 2;
        System.arraycopy(context, 0, withStart, 1, context.length);
        assertThat(asked).containsExactly(withStart, context);
    }

    @Test
    void aLongContextIsCutOnTheLeft() {
        int[] context = new int[100];
        Arrays.fill(context, 1);
        context[99] = TinyWorld.FIRST_QUESTION;
        GroundTruth truth = new GroundTruth(new byte[] {1}, new int[] {1});
        PredictionTask task = new PredictionTask(1, "doc", 100, context, 1, truth, 0.7);
        Evaluator evaluator = new Evaluator(
                policy(), (c, after) -> new int[] {c[c.length - 1]}, TinyWorld::extract, TinyWorld.VERIFIER, GREEDY);
        assertThat(evaluator.evaluate("tiny", List.of(task)).all().standard().rate())
                .isEqualTo(1);
    }

    @Test
    void emptySplitsHaveNoRates() {
        EvaluationReport report = evaluator(policy(), GREEDY).evaluate("tiny", List.of(TinyWorld.task(0, 0.1)));
        SplitReport hard = report.split(Difficulty.HARD);
        assertThat(hard.tasks()).isZero();
        assertThat(hard.standard().rate()).isNaN();
        assertThat(hard.boxRate()).isNaN();
    }

    @Test
    void jsonHoldsTheReport() throws Exception {
        EvaluationReport report = evaluator(policy(), GREEDY).evaluate("tiny \"quoted\"", TASKS.subList(0, 3));
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.get("label").asText()).isEqualTo("tiny \"quoted\"");
        assertThat(json.at("/sampling/maxTokens").asInt()).isEqualTo(4);
        assertThat(json.at("/splits/0/standard/rate").asDouble())
                .isEqualTo(report.all().standard().rate());
        assertThat(json.at("/splits/0/reasoning/low95").asDouble())
                .isEqualTo(report.all().reasoning().low());
        assertThat(json.at("/splits/0/reasons/HIT").asInt()).isEqualTo(2);
        assertThat(json.at("/splits/3/name").asText()).isEqualTo("hard");
        assertThat(json.at("/splits/3/standard/rate").isNull()).isTrue();
    }

    @Test
    void theTableShowsBeforeAndAfter() {
        EvaluationReport before = evaluator(TinyWorld.policy(), GREEDY).evaluate("before", TASKS);
        EvaluationReport after = evaluator(policy(), GREEDY).evaluate("after", TASKS);
        String table = EvaluationTable.of(before, after);
        List<String> lines = table.lines().toList();
        assertThat(lines.get(0)).matches(" +before +after");
        assertThat(lines.get(1)).isEqualTo("all (8 tasks)");
        assertThat(lines.get(2))
                .matches(" {2}standard accuracy +25\\.00 \\[7\\.1, 59\\.1] +75\\.00 \\[40\\.9, 92\\.9]");
        assertThat(lines).anyMatch(line -> line.matches(" {2}HIT +0 +4"));
        assertThat(lines).contains("hard (2 tasks)").hasSizeLessThanOrEqualTo(25);
        assertThat(lines).filteredOn(line -> line.contains("box found")).hasSize(1);
        assertThat(lines.get(2)).hasSameSizeAs(lines.get(0));
        EvaluationReport fewer = evaluator(policy(), GREEDY).evaluate("fewer", TASKS.subList(0, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationTable.of(before, fewer))
                .withMessageContaining("same tasks");
        assertThatIllegalArgumentException().isThrownBy(EvaluationTable::of);
    }

    /** Tasks chosen above 1.5 nats are easy and medium, too: one block and not four. */
    @Test
    void splitsWithTheSameResultsShareABlock() {
        List<PredictionTask> hard =
                TASKS.stream().filter(Difficulty.HARD::contains).toList();
        List<String> lines = EvaluationTable.of(evaluator(policy(), GREEDY).evaluate("now", hard))
                .lines()
                .toList();
        assertThat(lines.get(1)).isEqualTo("all, easy, medium, hard (2 tasks)");
        assertThat(lines).filteredOn(line -> line.contains("tasks)")).hasSize(1);
    }

    @Test
    void interruptionEndsTheEvaluation() {
        Evaluator evaluator =
                evaluator(policy(), GREEDY.toBuilder().tasksPerChunk(2).build());
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> evaluator.evaluate(
                        "tiny", TASKS, p -> Thread.currentThread().interrupt()))
                .withMessageContaining("after 2 of 8 tasks");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void badInputIsRefused() {
        Evaluator evaluator = evaluator(policy(), GREEDY);
        assertThatIllegalArgumentException().isThrownBy(() -> evaluator.evaluate("x", List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluator.evaluate("x", List.of(TASKS.get(0), TASKS.get(0))))
                .withMessageContaining("occurs twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationSettings.sampled(4, 0, 8))
                .withMessageContaining("all the same");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GREEDY.toBuilder().passAt(List.of(2)).build())
                .withMessageContaining("passAt is [2]");
    }
}
