package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;

class RptTrainerFailureTest {

    private final TabularPolicy policy = TinyWorld.policy();
    private final EventLog log = new EventLog();

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void anEmptyBatchNeverStepsTheOptimizer(double reward) {
        policy.logits[0][0] = 1;
        OptimizerOptions decaying = TinyWorld.RATE.toBuilder().weightDecay(0.1).build();
        TrainingResult result = trainer(3)
                .policy(policy, policy.openOptimizer(decaying))
                .verifier(attempt -> new Verdict.Scored(reward, RewardReason.CUSTOM))
                .build()
                .run();
        assertThat(log.skips()).containsOnly(SkipReason.NO_LIVE_GROUPS).hasSize(3);
        assertThat(result.emptySteps()).isEqualTo(3);
        assertThat(result.updates()).isZero();
        assertThat(policy.version()).isZero();
        assertThat(policy.steps).isZero();
        assertThat(policy.logits[0][0]).isEqualTo(1);
        GroupMetrics groups = log.of(TrainingEvent.RolloutsSampled.class).get(0).metrics();
        assertThat(reward == 0 ? groups.allMissed() : groups.allHit()).isEqualTo(8);
    }

    @Test
    void aGradientThatIsNotFiniteIsSkippedUntilTheLimit() {
        policy.poison = Double.NaN;
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> run(
                        TinyWorld.settings(20).toBuilder().maxSkippedSteps(3).build()))
                .withMessageContaining("max-skipped-steps is 3")
                .withMessageContaining("NON_FINITE_GRADIENT");
        assertThat(log.skips()).containsOnly(SkipReason.NON_FINITE_GRADIENT).hasSize(4);
        assertThat(policy.version()).isZero();
        assertThat(log.of(TrainingEvent.RunFailed.class))
                .singleElement()
                .satisfies(f -> assertThat(f.step()).isEqualTo(3));
        assertThat(log.of(TrainingEvent.RunCompleted.class)).isEmpty();
    }

    @Test
    void aSingleBadStepDoesNotEndTheRun() {
        int[] calls = {0};
        policy.atForward = () -> policy.poison = calls[0]++ == 1 ? Double.POSITIVE_INFINITY : 0;
        TrainingResult result =
                run(TinyWorld.settings(4).toBuilder().maxSkippedSteps(1).build());
        assertThat(result.numericalSkips()).isEqualTo(1);
        assertThat(result.updates()).isEqualTo(3);
        assertThat(log.skips()).containsExactly(SkipReason.NON_FINITE_GRADIENT);
        for (double[] row : policy.logits) {
            assertThat(Arrays.stream(row).allMatch(Double::isFinite)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
    void logProbabilitiesThatAreNotFiniteAreSkippedBeforeBackward(double broken) {
        policy.forwardFault = value -> broken;
        TrainingResult result = run(TinyWorld.settings(2));
        assertThat(log.skips()).containsOnly(SkipReason.NON_FINITE_LOG_PROBS).hasSize(2);
        assertThat(result.numericalSkips()).isEqualTo(2);
        assertThat(policy.backwards).isZero();
        assertThat(policy.steps).isZero();
        assertThat(policy.passOpen).isFalse();
    }

    @Test
    void samplerAndTrainerThatDisagreeEndTheRun() {
        policy.forwardFault = value -> value - 0.01;
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> run(
                        TinyWorld.settings(2).toBuilder().logProbGapLimit(1e-4).build()))
                .withMessageContaining("Sampler and trainer disagree")
                .withMessageContaining("was sampled with log-probability -2.19")
                .withMessageContaining("training forward pass gives -2.20")
                .withMessageContaining("log-prob-gap-limit 1.0E-4");
        assertThat(policy.version()).isZero();
        assertThat(policy.passOpen).isFalse();
        for (double[] row : policy.gradient) {
            assertThat(row).containsOnly(0);
        }
    }

    @Test
    void aGapWithinTheLimitIsReported() {
        policy.forwardFault = value -> value - 0.01;
        run(TinyWorld.settings(1).toBuilder().logProbGapLimit(0.05).build());
        assertThat(log.steps().get(0).update().logProbGap()).isBetween(0.0099, 0.0101);
    }

    @Test
    void failureAfterABackwardPassLeavesNoGradient() {
        int[] calls = {0};
        policy.atForward = () -> {
            if (calls[0]++ == 2) {
                throw new BackendFailureException("forward of a batch failed");
            }
        };
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> run(
                        TinyWorld.settings(1).toBuilder().microBatchTokens(10).build()));
        assertThat(policy.backwards).isEqualTo(2);
        for (double[] row : policy.gradient) {
            assertThat(row).containsOnly(0);
        }
    }

    @Test
    void staleWeightsInTheSamplerAreRefused() {
        policy.versionLie = -1;
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> run(TinyWorld.settings(1)))
                .withMessageContaining("version -1")
                .withMessageContaining("policy is at version 0");
    }

    @Test
    void aVerifierThatFailsNamesTheTask() {
        RewardVerifier failing = attempt -> {
            throw new IllegalStateException("no judge");
        };
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(1).verifier(failing).build().run())
                .withMessageContaining("task 0 (doc:0)")
                .withMessageContaining("no judge")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aVerifierWithTheWrongNumberOfVerdictsIsRefused() {
        RewardVerifier forgetful = new RewardVerifier() {
            @Override
            public Verdict verify(Attempt attempt) {
                return new Verdict.Scored(0, RewardReason.CUSTOM);
            }

            @Override
            public List<Verdict> verifyGroup(List<Attempt> attempts) {
                return List.of(verify(attempts.get(0)));
            }
        };
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(1).verifier(forgetful).build().run())
                .withMessageContaining("1 verdicts for 8 attempts of task 0");
    }

    @Test
    void aVerifierThatGivesNoVerdictIsToldToAbstain() {
        RewardVerifier silent = attempt -> attempt.rollout().member() == 3 ? null : new Verdict.Abstained("none");
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(1).verifier(silent).build().run())
                .withMessage("The verifier returned no verdict (null) for rollout 3 of task 0 (doc:0). A verifier that "
                        + "cannot"
                        + " judge returns Abstained.");
        RewardVerifier mute = new RewardVerifier() {
            @Override
            public Verdict verify(Attempt attempt) {
                return new Verdict.Abstained("none");
            }

            @Override
            public List<Verdict> verifyGroup(List<Attempt> attempts) {
                return null;
            }
        };
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(1).verifier(mute).build().run())
                .withMessageContaining("returned no verdicts (null) for task 0");
    }

    @Test
    void anExtractorThatFailsNamesTheTask() {
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> trainer(1)
                        .extractor(rollout -> {
                            throw new IndexOutOfBoundsException("3");
                        })
                        .build()
                        .run())
                .withMessageContaining("rollout 0 of task 0");
    }

    @Test
    void anEmptyTaskSourceIsAnError() {
        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() ->
                        trainer(1).tasks((step, size) -> List.of()).build().run())
                .withMessageContaining("step 0");
    }

    @Test
    void listenersThatThrowDoNotAffectTheRun() {
        RptTrainer trainer = TinyWorld.trainer(policy, TinyWorld.settings(2))
                .listener(new TrainingListener() {
                    @Override
                    public void onEvent(TrainingEvent event) {
                        throw new IllegalStateException("broken observer");
                    }
                })
                .listener(log)
                .build();
        String logged = StandardError.captured(trainer::run);
        assertThat(logged).containsOnlyOnce("broken observer");
        assertThat(policy.version()).isEqualTo(2);
        assertThat(log.events).hasSize(6);
    }

    @Test
    void aTrainerRunsOnce() {
        RptTrainer trainer = trainer(1).build();
        trainer.run();
        assertThatIllegalStateException().isThrownBy(trainer::run).withMessageContaining("already run");
    }

    @Test
    void theBuilderListsEverythingThatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RptTrainer.builder().build())
                .withMessageContaining("policy(policy, optimizer)")
                .withMessageContaining("tasks(source)")
                .withMessageContaining("prompts(factory)")
                .withMessageContaining("extractor(extractor)")
                .withMessageContaining("verifier(verifier)");
    }

    @Test
    void theReferenceMustFitTheObjective() {
        Objective penalised = Objective.GRPO.toBuilder()
                .loss(Objective.GRPO.loss().toBuilder()
                        .klWeight(0.1)
                        .klEstimate(KlEstimate.K3)
                        .build())
                .build();
        RptSettings settings =
                TinyWorld.settings(1).toBuilder().objective(penalised).build();
        assertThatIllegalStateException()
                .isThrownBy(() -> TinyWorld.trainer(policy, settings).build())
                .withMessageContaining("call reference(policy)");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        TinyWorld.trainer(policy, settings).reference(policy).build())
                .withMessageContaining("trained policy itself");
        assertThatIllegalStateException()
                .isThrownBy(() -> trainer(1).reference(TinyWorld.policy()).build())
                .withMessageContaining("KL weight of the objective is 0");
    }

    @Test
    void cancelBetweenStepsKeepsWhatWasLearned() {
        AtomicReference<RptTrainer> trainer = new AtomicReference<>();
        trainer.set(trainer(10)
                .listener(new TrainingListener() {
                    @Override
                    public void stepCompleted(TrainingEvent.StepCompleted step) {
                        if (step.metrics().step() == 3) {
                            trainer.get().cancel();
                        }
                    }
                })
                .build());
        TrainingResult result = trainer.get().run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isEqualTo(4);
        assertThat(policy.version()).isEqualTo(4);
        assertThat(log.events.get(log.events.size() - 1)).isEqualTo(new TrainingEvent.RunCompleted(result));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void cancelBeforeTheUpdateLeavesTheWeights() {
        AtomicReference<RptTrainer> trainer = new AtomicReference<>();
        trainer.set(trainer(10)
                .listener(new TrainingListener() {
                    @Override
                    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
                        trainer.get().cancel();
                    }
                })
                .build());
        TrainingResult result = trainer.get().run();
        assertThat(result.nextStep()).isZero();
        assertThat(policy.version()).isZero();
    }

    @Test
    void cancelBeforeTheRunEndsItAtOnce() {
        RptTrainer trainer = trainer(10).build();
        trainer.cancel();
        assertThat(trainer.run().outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(log.of(TrainingEvent.RolloutsSampled.class)).isEmpty();
    }

    @Test
    void interruptionCancelsAndStaysVisible() {
        RptTrainer trainer = trainer(10)
                .listener(new TrainingListener() {
                    @Override
                    public void stepCompleted(TrainingEvent.StepCompleted event) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();
        TrainingResult result = trainer.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isEqualTo(1);
    }

    @Test
    void interruptionWhileSamplingCancelsTheStep() {
        RptTrainer trainer = trainer(10)
                .tasks((step, size) -> {
                    if (step == 2) {
                        Thread.currentThread().interrupt();
                    }
                    return TinyWorld.tasks(step, size);
                })
                .build();
        TrainingResult result = trainer.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isEqualTo(2);
        assertThat(policy.version()).isEqualTo(2);
    }

    /** A policy or verifier that handled the interrupt may have cleared it; the caller must still find it set. */
    @Test
    void interruptionThatAPartNoticedIsPassedOn() {
        RewardVerifier interrupted = attempt -> {
            throw new OperationCancelledException("interrupted while judging");
        };
        TrainingResult result = trainer(10).verifier(interrupted).build().run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isZero();
        assertThat(log.of(TrainingEvent.RunFailed.class)).isEmpty();
    }

    private RptTrainerBuilder trainer(int steps) {
        return TinyWorld.trainer(policy, TinyWorld.settings(steps)).listener(log);
    }

    private TrainingResult run(RptSettings settings) {
        return TinyWorld.trainer(policy, settings).listener(log).build().run();
    }
}
