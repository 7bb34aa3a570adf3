package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.OverlongPenalty;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.rollout.GradedGroup;

class RptTrainerTest {

    static Stream<Objective> objectives() {
        return Objective.all().stream();
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void learnsToAnswer(Objective objective) {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();

        TrainingResult result = TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(400).toBuilder().objective(objective).build())
                .listener(log)
                .build()
                .run();

        double before = hitRate(log.of(TrainingEvent.RolloutsSampled.class).subList(0, 5));
        double after = hitRate(log.of(TrainingEvent.RolloutsSampled.class).subList(395, 400));
        assertThat(before).isLessThan(0.15);
        assertThat(after).isGreaterThan(0.9);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(result.nextStep()).isEqualTo(400);
        assertThat(result.updates() + result.emptySteps()).isEqualTo(400);
        assertThat(policy.version()).isEqualTo(result.updates()).isGreaterThan(50);
        assertThat(policy.passOpen).isFalse();
    }

    /** Sets of four stop teaching once fewer than four of eight rollouts miss, so nearly every group has a hit. */
    @Test
    void passAtFourLearnsThatOneOfFourHits() {
        EventLog log = new EventLog();
        TinyWorld.trainer(
                        TinyWorld.policy(),
                        TinyWorld.settings(400).toBuilder()
                                .preset(Preset.PASS_AT_K)
                                .build())
                .listener(log)
                .build()
                .run();
        List<TrainingEvent.RolloutsSampled> last =
                log.of(TrainingEvent.RolloutsSampled.class).subList(380, 400);
        assertThat(last).allSatisfy(e -> assertThat(e.metrics().allMissed()).isZero());
        assertThat(hitRate(last)).isGreaterThan(0.5);
    }

    private static double hitRate(List<TrainingEvent.RolloutsSampled> events) {
        return events.stream()
                .mapToDouble(e -> e.rollouts().hitRate())
                .average()
                .orElseThrow();
    }

    @Test
    void everySplitOfAStepGivesTheSameWeights() {
        for (Objective objective : Objective.all()) {
            RptSettings settings =
                    TinyWorld.settings(3).toBuilder().objective(objective).build();
            double[][] whole =
                    weightsAfter(settings.toBuilder().microBatchTokens(100_000).build(), 1, 1);
            assertSame(weightsAfter(settings.toBuilder().microBatchTokens(100).build(), 2, 3), whole);
            assertSame(weightsAfter(settings.toBuilder().microBatchTokens(40).build(), 4, 8), whole);
            assertSame(weightsAfter(settings.toBuilder().microBatchTokens(12).build(), 10, 63), whole);
            assertSame(weightsAfter(settings.toBuilder().microBatchTokens(1).build(), 40, 64), whole);
        }
    }

    private static double[][] weightsAfter(RptSettings settings, int leastPasses, int mostPasses) {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        EventLog log = new EventLog();
        TinyWorld.trainer(policy, settings).listener(log).build().run();
        assertThat(log.steps()).hasSize(3).allSatisfy(m -> {
            assertThat(m.groups().mixed()).isGreaterThan(4);
            assertThat(m.update().microBatches()).isBetween(leastPasses, mostPasses);
            assertThat(m.update().largestMicroBatch()).isLessThanOrEqualTo(Math.max(6, settings.microBatchTokens()));
        });
        return policy.logits;
    }

    private static void assertSame(double[][] actual, double[][] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).containsExactly(expected[i], within(1e-12));
        }
        assertThat(largest(expected)).isGreaterThan(0.01);
    }

    @Test
    void theOrderOfGroupsDoesNotMatter() {
        TabularPolicy forward = TinyWorld.policy();
        TabularPolicy backward = TinyWorld.policy();
        TinyWorld.trainer(forward, TinyWorld.settings(3)).build().run();
        TinyWorld.trainer(backward, TinyWorld.settings(3))
                .tasks((step, size) -> {
                    List<PredictionTask> tasks = new ArrayList<>(TinyWorld.tasks(step, size));
                    Collections.reverse(tasks);
                    return tasks;
                })
                .build()
                .run();
        assertSame(backward.logits, forward.logits);
    }

    @Test
    void aResumedRunIsTheUninterruptedRun() {
        TabularPolicy whole = TinyWorld.policy();
        TabularPolicy parts = TinyWorld.policy();
        TinyWorld.trainer(whole, TinyWorld.settings(10)).build().run();
        TrainingResult first =
                TinyWorld.trainer(parts, TinyWorld.settings(4)).build().run();
        TinyWorld.trainer(
                        parts,
                        TinyWorld.settings(10).toBuilder()
                                .startStep(first.nextStep())
                                .build())
                .build()
                .run();
        assertThat(parts.logits).isDeepEqualTo(whole.logits);
    }

    @Test
    void eventsComeInOrderAndCarryTheMetrics() {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();
        Thread caller = Thread.currentThread();
        Set<Thread> threads = new HashSet<>();
        TrainingResult result = TinyWorld.trainer(policy, TinyWorld.settings(2))
                .listener(log)
                .listener(new TrainingListener() {
                    @Override
                    public void onEvent(TrainingEvent event) {
                        threads.add(Thread.currentThread());
                    }
                })
                .build()
                .run();

        assertThat(log.events)
                .extracting(e -> e.getClass().getSimpleName())
                .containsExactly(
                        "RunStarted",
                        "RolloutsSampled",
                        "StepCompleted",
                        "RolloutsSampled",
                        "StepCompleted",
                        "RunCompleted");
        assertThat(log.events.get(5)).isEqualTo(new TrainingEvent.RunCompleted(result));
        assertThat(log.events.get(1)).hasToString("RolloutsSampled[step 0, 64 rollouts in 8 groups]");
        assertThat(log.of(TrainingEvent.RolloutsSampled.class)
                        .get(0)
                        .groups()
                        .get(0)
                        .toString())
                .startsWith("GradedGroup[PredictionTask[id ")
                .endsWith(" of 8 rollouts]");
        assertThat(threads).containsOnly(caller);

        TrainingEvent.StepCompleted event =
                log.of(TrainingEvent.StepCompleted.class).get(0);
        assertThat(event.progress().done()).isEqualTo(1);
        assertThat(event.progress().total()).isEqualTo(2);
        StepMetrics metrics = event.metrics();
        RolloutMetrics rollouts = metrics.rollouts();
        assertThat(rollouts.rollouts()).isEqualTo(64);
        assertThat(rollouts.rewardMean()).isEqualTo(rollouts.hitRate()).isBetween(0.001, 0.5);
        assertThat(rollouts.reasons().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(64);
        assertThat(rollouts.negativeLogProbMean()).isEqualTo(Math.log(9), within(1e-12));
        assertThat(rollouts.completionTokensMean())
                .isEqualTo(rollouts.tokensGenerated() / 64.0)
                .isBetween(3.0, 4.0);
        assertThat(rollouts.truncatedShare()).isBetween(0.4, 0.9);
        GroupMetrics groups = metrics.groups();
        assertThat(groups.allMissed() + groups.allHit() + groups.mixed()).isEqualTo(8);
        assertThat(groups.liveShare()).isEqualTo(groups.mixed() / 8.0).isGreaterThan(0);
        assertThat(groups.meanAbsoluteAdvantage()).isGreaterThan(0.01);
        UpdateMetrics update = metrics.update();
        assertThat(update.gradientNorm()).isGreaterThan(0.001);
        assertThat(update.learningRate()).isEqualTo(2);
        assertThat(update.logProbGap()).isBetween(0.0, 1e-10);
        assertThat(update.clippedShare()).isZero();
        assertThat(update.tokensTrained()).isBetween(8L, rollouts.tokensGenerated());
        assertThat(metrics.seconds().rollout()).isGreaterThan(0);
    }

    /** On-policy the ratio is 1, so the surrogate of a group is minus the sum of its advantages: 0. */
    @Test
    void onPolicyLossIsZeroButTheGradientIsNot() {
        EventLog log = new EventLog();
        TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(3))
                .listener(log)
                .build()
                .run();
        assertThat(log.steps()).allSatisfy(m -> {
            assertThat(m.update().loss()).isEqualTo(0, within(1e-12));
            assertThat(m.update().gradientNorm()).isGreaterThan(1e-3);
        });
    }

    @Test
    void moreUpdatesPerBatchMoveTheRatioAndClip() {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();
        TrainingResult result = TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(3).toBuilder().updatesPerBatch(20).build())
                .listener(log)
                .build()
                .run();
        assertThat(result.updates()).isEqualTo(60);
        assertThat(log.steps()).allSatisfy(m -> {
            assertThat(m.update().loss()).isLessThan(-0.01);
            assertThat(m.update().logProbGap()).isLessThan(1e-10);
        });
        assertThat(log.steps())
                .anySatisfy(m -> assertThat(m.update().clippedShare()).isGreaterThan(0));
    }

    @Test
    void aTaskThatOccursTwiceIsTwoGroups() {
        EventLog log = new EventLog();
        TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(1))
                .tasks((step, size) -> List.of(TinyWorld.task(1), TinyWorld.task(1)))
                .listener(log)
                .build()
                .run();
        List<GradedGroup> groups =
                log.of(TrainingEvent.RolloutsSampled.class).get(0).groups();
        assertThat(groups.get(0).prompt().id())
                .isNotEqualTo(groups.get(1).prompt().id());
        assertThat(groups.get(0).rollouts().get(0).rollout().tokens())
                .isNotEqualTo(groups.get(1).rollouts().get(0).rollout().tokens());
    }

    @ParameterizedTest
    @EnumSource(
            value = KlEstimate.class,
            names = {"K2", "K3"})
    void aPenaltyKeepsThePolicyCloseToItsReference(KlEstimate estimate) {
        TabularPolicy free = TinyWorld.policy();
        TabularPolicy tied = TinyWorld.policy();
        Objective penalised = Objective.GRPO.toBuilder()
                .loss(Objective.GRPO.loss().toBuilder()
                        .klWeight(0.5)
                        .klEstimate(estimate)
                        .build())
                .build();
        TinyWorld.trainer(free, TinyWorld.settings(100)).build().run();
        TinyWorld.trainer(
                        tied,
                        TinyWorld.settings(100).toBuilder().objective(penalised).build())
                .reference(TinyWorld.policy())
                .build()
                .run();
        assertThat(largest(free.logits)).isGreaterThan(2 * largest(tied.logits));
        assertThat(largest(tied.logits)).isGreaterThan(0.05);
    }

    /** At first all tokens have a probability of 1/9, so that a step is one of rare tokens alone; later it is two. */
    @Test
    void rareTokensHaveAStepOfTheirOwn() {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();
        TrainingResult result = TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(300).toBuilder().preset(Preset.LOPTI).build())
                .listener(log)
                .build()
                .run();
        List<StepMetrics> steps = log.steps();
        assertThat(steps.get(0).update().updates()).isEqualTo(1);
        assertThat(steps).anyMatch(step -> step.update().updates() == 2);
        assertThat(steps.stream().mapToInt(step -> step.update().updates()).sum())
                .isEqualTo((int) result.updates());
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        assertThat(hitRate(sampled.subList(290, 300))).isGreaterThan(0.9);
    }

    /** GRPO becomes certain; with a bonus below a target of 0.8 nats per token it stays less so, and still learns. */
    @Test
    void anEntropyBonusKeepsThePolicyFromBecomingCertain() {
        double certain = entropyAfter(Objective.GRPO);
        double open = entropyAfter(Objective.GRPO.toBuilder()
                .loss(Objective.GRPO.loss().toBuilder()
                        .entropyWeight(0.5)
                        .entropyTarget(0.8)
                        .build())
                .build());
        assertThat(certain).isLessThan(0.3);
        assertThat(open).isBetween(certain + 0.05, 1.0);
    }

    private static double entropyAfter(Objective objective) {
        EventLog log = new EventLog();
        TinyWorld.trainer(
                        TinyWorld.policy(),
                        TinyWorld.settings(400).toBuilder().objective(objective).build())
                .listener(log)
                .build()
                .run();
        List<TrainingEvent.RolloutsSampled> last =
                log.of(TrainingEvent.RolloutsSampled.class).subList(390, 400);
        assertThat(hitRate(last)).isGreaterThan(0.7);
        return last.stream()
                .mapToDouble(e -> e.rollouts().negativeLogProbMean())
                .average()
                .orElseThrow();
    }

    /** Answers need two tokens and most completions run to four; a budget that shrinks to two makes them short. */
    @Test
    void aLengthBudgetShortensCompletions() {
        EventLog log = new EventLog();
        TinyWorld.trainer(
                        TinyWorld.policy(),
                        TinyWorld.settings(300).toBuilder()
                                .truncation(new TruncationHandling(
                                        false,
                                        OverlongPenalty.NONE,
                                        new TruncationHandling.LengthBudget(4, 2, 0.25, 0.5)))
                                .build())
                .listener(log)
                .build()
                .run();
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        assertThat(sampled.get(0).rollouts().completionTokensMean()).isGreaterThan(3);
        assertThat(sampled.get(299).rollouts().completionTokensMean()).isLessThan(2.5);
        assertThat(sampled.get(299).rollouts().hitRate()).isGreaterThan(0.9);
    }

    /** No reward is ever given; the teacher answers about half of the questions. */
    @Test
    void aPolicyLearnsFromATeacherAlone() {
        TabularPolicy policy = TinyWorld.policy();
        TabularPolicy teacher = TinyWorld.halfTrainedPolicy();
        EventLog log = new EventLog();
        TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(300).toBuilder()
                                .preset(Preset.DISTILLATION)
                                .build())
                .reference(teacher)
                .listener(log)
                .build()
                .run();
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        assertThat(hitRate(sampled.subList(0, 5))).isLessThan(0.15);
        assertThat(hitRate(sampled.subList(290, 300))).isBetween(0.4, 0.8);
        assertThat(log.steps())
                .allSatisfy(step ->
                        assertThat(step.groups().meanAbsoluteAdvantage()).isZero());
        assertThat(log.steps().get(299).update().loss())
                .isLessThan(0.05 * log.steps().get(0).update().loss());
    }

    private static double largest(double[][] logits) {
        double largest = 0;
        for (double[] row : logits) {
            for (double w : row) {
                largest = Math.max(largest, Math.abs(w));
            }
        }
        return largest;
    }
}
