package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.rollout.FailedBatch;

/** Each fault is injected once; the run survives it, or ends cleanly and reports it. */
class FaultsInARunTest {

    private final TabularPolicy policy = TinyWorld.halfTrainedPolicy();
    private final EventLog log = new EventLog();
    private final List<TrainerState> saved = new ArrayList<>();

    private RptTrainerBuilder trainer(RptSettings settings) {
        return TinyWorld.trainer(policy, settings)
                .listener(log)
                .checkpoints(new Checkpoints(0, Checkpoints.Action.blocking(saved::add)));
    }

    private FailedBatch failedBatch() {
        return log.of(TrainingEvent.BatchFailed.class).get(0).batch();
    }

    /** Throws at some of the forward passes, counted from 1. */
    private void failAt(RuntimeException error, int... passes) {
        AtomicInteger pass = new AtomicInteger();
        policy.atForward = () -> {
            int present = pass.incrementAndGet();
            for (int bad : passes) {
                if (present == bad) {
                    throw error;
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
    void aNonFiniteBatchIsReportedCompletelyAndSkipped(double broken) {
        int[] passes = {0};
        policy.atForward = () -> passes[0]++;
        policy.forwardFault = value -> passes[0] == 2 ? broken : value;
        TrainingResult result = trainer(TinyWorld.settings(4)).build().run();
        assertThat(result.numericalSkips()).isEqualTo(1);
        assertThat(result.updates()).isEqualTo(3);
        assertThat(log.of(TrainingEvent.BatchFailed.class)).hasSize(1);
        FailedBatch batch = failedBatch();
        assertThat(batch.phase()).isEqualTo(Phase.UPDATE);
        assertThat(batch.reason()).isEqualTo("NON_FINITE_LOG_PROBS");
        assertThat(batch.detail())
                .startsWith("log-probability of token 0 of completion 0 of group")
                .endsWith(String.valueOf(broken));
        assertThat(batch.values()).hasSize(4).allSatisfy((name, values) -> values.requireShapeOf(batch.tokens()));
        assertThat(batch.values().get(FailedBatch.TRAINED).values()).containsOnly(broken);
        assertThat(Arrays.stream(batch.values().get(FailedBatch.SAMPLED).values()))
                .allMatch(logProb -> logProb <= 0);
        assertThat(Arrays.stream(batch.values().get(FailedBatch.REWARD).values()))
                .allSatisfy(reward -> assertThat(reward).isBetween(0.0, 1.0));
        assertThat(policy.logProbs(batch.tokens()).values())
                .as("the batch can be run again")
                .hasSize(batch.tokens().completionTokenCount());
    }

    @Test
    void anErrorOfTheBackendNamesStepPhaseAndBatch() {
        failAt(new IllegalStateException("the engine stumbled"), 3);
        double[][] afterTwoSteps = afterSteps(2);
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> trainer(TinyWorld.settings(4)).build().run())
                .withMessageContaining("The forward pass failed in step 2, phase UPDATE")
                .withMessageMatching("(?s).*with \\d+ groups with \\d+ tokens \\(longest sequence: \\d+\\).*")
                .withMessageContaining("the engine stumbled");
        assertThat(failedBatch().groups()).isNotEmpty();
        assertThat(policy.version()).isEqualTo(2);
        assertThat(policy.logits).isDeepEqualTo(afterTwoSteps);
        assertThat(policy.gradient).isDeepEqualTo(new double[9][9]);
    }

    private static double[][] afterSteps(long steps) {
        TabularPolicy untroubled = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(untroubled, TinyWorld.settings(steps)).build().run();
        return untroubled.logits;
    }

    /** A single requested group is a small part of its step. */
    @Test
    void aRefillOfOneGroupWithoutAVerdictDoesNotEndTheRun() {
        RewardVerifier flaky = attempt -> attempt.task().id() % 8 == 3
                ? new Verdict.Abstained("judge is away")
                : TinyWorld.VERIFIER.verify(attempt);
        TrainingResult result = trainer(TinyWorld.settings(6).toBuilder()
                        .dynamicSampling(
                                DynamicSampling.builder().startStep(0).budget(6).build())
                        .build())
                .verifier(flaky)
                .build()
                .run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
    }

    @Test
    void anErrorWithItsOwnTypeKeepsIt() {
        failAt(new ModelFormatException("damaged"), 1);
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> trainer(TinyWorld.settings(4)).build().run());
        assertThat(failedBatch().reason()).endsWith("ModelFormatException");
    }

    /** The denominators of a step are fixed before it is split, so half passes make the same update. */
    @Test
    void aLackOfMemoryHalvesThePassesOnceAndChangesNothing() {
        TabularPolicy untroubled = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(untroubled, TinyWorld.settings(6)).build().run();
        failAt(new BackendMemoryException("out of memory"), 3);
        TrainingResult result = trainer(TinyWorld.settings(6)).build().run();
        assertThat(result.updates()).isEqualTo(6);
        requireEqual(untroubled);
        assertThat(log.of(TrainingEvent.MicroBatchReduced.class))
                .singleElement()
                .satisfies(reduced -> {
                    assertThat(reduced.step()).isEqualTo(2);
                    assertThat(reduced.reducedTokens()).isEqualTo(reduced.tokens() / 2);
                });
        assertThat(log.steps().get(1).update().microBatches()).isEqualTo(1);
        assertThat(log.steps().get(5).update().microBatches()).isGreaterThan(1);
    }

    /**
     * The second update of a batch is off-policy: its ratios need the old log-probabilities, which must not be lost.
     */
    @Test
    void aLackOfMemoryInASecondUpdateOfABatchChangesNothing() {
        RptSettings settings =
                TinyWorld.settings(4).toBuilder().updatesPerBatch(3).build();
        TabularPolicy untroubled = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(untroubled, settings).build().run();
        failAt(new BackendMemoryException("out of memory"), 5);

        TrainingResult result = trainer(settings).build().run();

        assertThat(log.of(TrainingEvent.MicroBatchReduced.class))
                .singleElement()
                .satisfies(reduced -> assertThat(reduced.step()).isEqualTo(1));
        assertThat(result.updates()).isEqualTo(12);
        requireEqual(untroubled);
    }

    /** The gradients of earlier passes are not added again. */
    @Test
    void aLackOfMemoryAfterABackwardPassChangesNothing() {
        RptSettings settings =
                TinyWorld.settings(3).toBuilder().microBatchTokens(60).build();
        TabularPolicy untroubled = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(untroubled, settings).build().run();
        int perStep = policyPasses(settings);
        assertThat(perStep).isGreaterThan(2);
        failAt(new BackendMemoryException("out of memory"), perStep);

        trainer(settings).build().run();

        assertThat(log.of(TrainingEvent.MicroBatchReduced.class))
                .singleElement()
                .satisfies(reduced -> assertThat(reduced.step()).isZero());
        requireEqual(untroubled);
    }

    private static int policyPasses(RptSettings settings) {
        AtomicInteger passes = new AtomicInteger();
        TabularPolicy counting = TinyWorld.halfTrainedPolicy();
        counting.atForward = passes::incrementAndGet;
        TinyWorld.trainer(counting, settings.toBuilder().steps(1).build())
                .build()
                .run();
        return passes.get();
    }

    private void requireEqual(TabularPolicy untroubled) {
        for (int i = 0; i < untroubled.logits.length; i++) {
            assertThat(policy.logits[i]).containsExactly(untroubled.logits[i], offset(1e-12));
        }
    }

    @Test
    void theSecondLackOfMemoryEndsTheRunWithACheckpointOfTheLastWeights() {
        failAt(new BackendMemoryException("out of memory"), 3, 4);
        assertThatExceptionOfType(BackendMemoryException.class)
                .isThrownBy(() -> trainer(TinyWorld.settings(6)).build().run())
                .withMessageContaining("step 2")
                .withMessageContaining("The pass size was already reduced")
                .withMessageContaining("Give the process more memory");
        assertThat(policy.version()).isEqualTo(2);
        assertThat(saved).extracting(TrainerState::nextStep).containsExactly(2L);
        assertThat(log.of(TrainingEvent.RunFailed.class)).hasSize(1);
    }

    @Test
    void aFullHeapCountsAsOutOfMemory() {
        AtomicInteger pass = new AtomicInteger();
        policy.atForward = () -> {
            if (pass.incrementAndGet() == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
        TrainingResult result = trainer(TinyWorld.settings(2)).build().run();
        assertThat(result.updates()).isEqualTo(2);
        assertThat(log.of(TrainingEvent.MicroBatchReduced.class)).hasSize(1);
    }

    @Test
    void aLackOfMemoryInRolloutsEndsTheRunCleanlyWithAdvice() {
        AtomicInteger calls = new AtomicInteger();
        TrainingListener full = new TrainingListener() {
            @Override
            public void stepCompleted(TrainingEvent.StepCompleted event) {
                calls.incrementAndGet();
            }
        };
        RptTrainer trainer = trainer(TinyWorld.settings(5))
                .listener(full)
                .prompts((context, after) -> {
                    policy.atGenerate = () -> {
                        if (calls.get() == 2) {
                            throw new BackendMemoryException("the key-value cache does not fit");
                        }
                    };
                    return context;
                })
                .build();
        assertThatExceptionOfType(BackendMemoryException.class)
                .isThrownBy(trainer::run)
                .withMessageContaining("Generating rollouts failed in step 2, phase ROLLOUT")
                .withMessageContaining("Lower the maximum number of sequences");
        assertThat(saved).extracting(TrainerState::nextStep).containsExactly(2L);
        assertThat(failedBatch().groups()).hasSize(8);
        assertThat(failedBatch().tokens().promptCount()).isEqualTo(8);
        assertThat(failedBatch().tokens().completionCount()).isZero();
    }

    @Test
    void occasionalRewardFailuresAreCountedAndFrequentOnesEndTheRun() {
        RewardVerifier flaky = attempt -> attempt.rollout().member() % 4 == 0
                ? new Verdict.Abstained("judge is away")
                : TinyWorld.VERIFIER.verify(attempt);
        trainer(TinyWorld.settings(3)).verifier(flaky).build().run();
        assertThat(log.steps())
                .allSatisfy(step -> assertThat(step.rollouts().abstained()).isEqualTo(16));
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(TinyWorld.settings(3))
                        .verifier(flaky)
                        .maxAbstainedShare(0.2)
                        .build()
                        .run())
                .withMessageContaining("no verdict on 16 of 64 rollouts")
                .withMessageContaining("judge is away (16)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(TinyWorld.settings(3)).maxAbstainedShare(1.1))
                .withMessageContaining("from 0 to 1");
    }

    /** A reward that never returns: the deadline ends the call, and closing ends its threads. */
    @Test
    void aRunSurvivesARewardThatHangs() throws InterruptedException {
        RewardVerifier hanging = attempt -> {
            if (attempt.task().id() % 8 == 3) {
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return TinyWorld.VERIFIER.verify(attempt);
        };
        try (DeadlineVerifier verifier = new DeadlineVerifier(hanging, Duration.ofMillis(300))) {
            TrainingResult result =
                    trainer(TinyWorld.settings(2)).verifier(verifier).build().run();
            assertThat(result.updates()).isEqualTo(2);
        }
        assertThat(log.steps())
                .allSatisfy(step -> assertThat(step.rollouts().abstained()).isEqualTo(8));
        for (int i = 0; i < 100 && rewardThreads() > 0; i++) {
            Thread.sleep(50);
        }
        assertThat(rewardThreads()).isZero();
    }

    private static long rewardThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rpt4j-reward-"))
                .count();
    }

    @Test
    void aListenerCannotRunTheTrainerAgainAndDoesNotAffectTheRun() {
        RptTrainer[] trainer = new RptTrainer[1];
        List<String> refused = new ArrayList<>();
        trainer[0] = trainer(TinyWorld.settings(2))
                .listener(new TrainingListener() {
                    @Override
                    public void onEvent(TrainingEvent event) {
                        try {
                            trainer[0].run();
                        } catch (IllegalStateException e) {
                            refused.add(e.getMessage());
                            throw e;
                        }
                    }
                })
                .build();
        assertThat(trainer[0].run().updates()).isEqualTo(2);
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message).contains("already run"));
    }

    /** An interrupt ends the run, whoever sends it; the run ends between steps with a checkpoint, and reports it. */
    @Test
    void aListenerThatInterruptsTheThreadCancelsTheRunVisibly() {
        TrainingResult result = trainer(TinyWorld.settings(5))
                .listener(new TrainingListener() {
                    @Override
                    public void stepCompleted(TrainingEvent.StepCompleted completed) {
                        if (completed.metrics().step() == 1) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .build()
                .run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(saved).extracting(TrainerState::nextStep).containsExactly(2L);
    }

    @Test
    void nextTokenTrainingSurvivesALackOfMemoryToo() {
        List<SupervisedExample> text = List.of(
                new SupervisedExample(new int[] {4}, new int[] {1, 8}),
                new SupervisedExample(new int[] {5}, new int[] {2, 8}));
        failAt(new BackendMemoryException("out of memory"), 1);
        SupervisedTrainer.builder()
                .policy(policy, policy.openOptimizer(TinyWorld.RATE))
                .examples(text)
                .settings(SupervisedSettings.of(2, 6, LearningRateSchedule.constant(0.1)))
                .listener(log)
                .build()
                .run();
        assertThat(log.of(TrainingEvent.MicroBatchReduced.class)).hasSize(1);
        assertThat(policy.version()).isEqualTo(2);
    }

    @Test
    void aVerdictOfNothingIsNoReward() {
        RewardVerifier all = attempt -> new Verdict.Abstained("nothing to say");
        TrainingResult result = trainer(TinyWorld.settings(1))
                .verifier(all)
                .maxAbstainedShare(1)
                .build()
                .run();
        assertThat(result.emptySteps()).isEqualTo(1);
        assertThat(log.of(TrainingEvent.RolloutsSampled.class).get(0).rollouts().reasons())
                .doesNotContainKey(RewardReason.CUSTOM);
    }
}
