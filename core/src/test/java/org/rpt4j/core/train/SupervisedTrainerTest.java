package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;

class SupervisedTrainerTest {

    private final TabularPolicy policy = new TabularPolicy(8, 16);
    private final EventLog log = new EventLog();

    /** Cyclic text: after token s comes (s + 3) mod 8. */
    private static List<SupervisedExample> text() {
        List<SupervisedExample> examples = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int[] tokens = new int[2 + CounterRandom.below(10, 3, i)];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = (i + 3 * t) % 8;
            }
            examples.add(SupervisedExample.document(tokens));
        }
        return examples;
    }

    @Test
    void learnsTheNextToken() {
        SupervisedSettings settings = SupervisedSettings.of(60, 40, LearningRateSchedule.cosine(20, 5));
        TrainingResult result = trainer(text(), settings).run();
        List<SupervisedMetrics> metrics = metrics();
        assertThat(metrics).hasSize(60);
        assertThat(metrics.get(0).loss()).isEqualTo(Math.log(8), within(1e-12));
        assertThat(metrics.get(59).loss()).isLessThan(0.05);
        assertThat(result.updates()).isEqualTo(60);
        int next = policy.generate(List.of(new Prompt(0, new int[] {1})), SamplingOptions.greedy(1))
                .get(0)
                .rollouts()
                .get(0)
                .tokens()[0];
        assertThat(next).isEqualTo(4);
    }

    @Test
    void promptsAreGivenNotLearned() {
        SupervisedExample trace = new SupervisedExample(new int[] {1, 2, 3}, new int[] {4, 5});
        trainer(List.of(trace), SupervisedSettings.of(1, 40, LearningRateSchedule.constant(1)))
                .run();
        assertThat(policy.logits[1]).containsOnly(0);
        assertThat(policy.logits[2]).containsOnly(0);
        assertThat(policy.logits[3][4]).isEqualTo((1 - 1 / 8.0) / 2, within(1e-12));
        assertThat(policy.logits[4][5]).isEqualTo((1 - 1 / 8.0) / 2, within(1e-12));
        assertThat(metrics().get(0).completionTokens()).isEqualTo(2);
    }

    @Test
    void completionsOfOnePromptShareItAndWeighByToken() {
        int[] prompt = {1, 2};
        SupervisedExample shared = new SupervisedExample(prompt, List.of(new int[] {3}, new int[] {4, 5, 6}));
        trainer(List.of(shared), SupervisedSettings.of(1, 40, LearningRateSchedule.constant(1)))
                .run();
        TabularPolicy apart = new TabularPolicy(8, 16);
        List<SupervisedExample> examples = List.of(
                new SupervisedExample(prompt, new int[] {3}), new SupervisedExample(prompt, new int[] {4, 5, 6}));
        SupervisedTrainer.builder()
                .policy(apart, apart.openOptimizer(TinyWorld.RATE))
                .examples(examples)
                .settings(SupervisedSettings.of(1, 40, LearningRateSchedule.constant(1)))
                .build()
                .run();
        for (int i = 0; i < 8; i++) {
            assertThat(policy.logits[i]).containsExactly(apart.logits[i], within(1e-15));
        }
        assertThat(policy.logits[4][5]).isEqualTo((1 - 1 / 8.0) / 4, within(1e-12));
        assertThat(shared.tokenCount()).isEqualTo(6);
        assertThat(shared.longestSequence()).isEqualTo(5);
    }

    @Test
    void everySplitOfAStepGivesTheSameWeights() {
        SupervisedSettings settings = SupervisedSettings.of(5, 60, LearningRateSchedule.constant(1));
        trainer(text(), settings).run();
        assertThat(policy.backwards).isEqualTo(5);
        for (int budget : new int[] {1, 17, 30}) {
            TabularPolicy cut = new TabularPolicy(8, 16);
            SupervisedTrainer.builder()
                    .policy(cut, cut.openOptimizer(TinyWorld.RATE))
                    .examples(text())
                    .settings(settings.toBuilder().microBatchTokens(budget).build())
                    .build()
                    .run();
            assertThat(cut.backwards).isGreaterThan(7);
            for (int i = 0; i < 8; i++) {
                assertThat(cut.logits[i]).containsExactly(policy.logits[i], within(1e-12));
            }
        }
    }

    @Test
    void aResumedRunIsTheUninterruptedRun() {
        SupervisedSettings settings = SupervisedSettings.of(12, 40, LearningRateSchedule.linear(1, 3));
        trainer(text(), settings).run();
        TabularPolicy parts = new TabularPolicy(8, 16);
        SupervisedTrainer[] first = new SupervisedTrainer[1];
        first[0] = SupervisedTrainer.builder()
                .policy(parts, parts.openOptimizer(TinyWorld.RATE))
                .examples(text())
                .settings(settings)
                .listener(new TrainingListener() {
                    @Override
                    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted step) {
                        if (step.metrics().step() == 4) {
                            first[0].cancel();
                        }
                    }
                })
                .build();
        TrainingResult stopped = first[0].run();
        assertThat(stopped.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(stopped.nextStep()).isEqualTo(5);
        SupervisedTrainer.builder()
                .policy(parts, parts.openOptimizer(TinyWorld.RATE))
                .examples(text())
                .settings(settings.toBuilder().startStep(stopped.nextStep()).build())
                .build()
                .run();
        assertThat(parts.logits).isDeepEqualTo(policy.logits);
    }

    @Test
    void theScheduleSetsTheRateOfEveryStep() {
        LearningRateSchedule schedule = LearningRateSchedule.cosine(2, 3);
        trainer(text(), SupervisedSettings.of(8, 40, schedule)).run();
        for (int step = 0; step < 8; step++) {
            assertThat(metrics().get(step).learningRate()).isEqualTo(schedule.at(step, 8));
        }
    }

    @Test
    void aSecondWarmUpInTheOptimizerIsRefused() {
        OptimizerOptions warming = TinyWorld.RATE.toBuilder().warmupSteps(10).build();
        SupervisedTrainer trainer = SupervisedTrainer.builder()
                .policy(policy, policy.openOptimizer(warming))
                .examples(text())
                .settings(SupervisedSettings.of(3, 40, LearningRateSchedule.constant(1)))
                .build();
        assertThatIllegalStateException().isThrownBy(trainer::run).withMessageContaining("warmupSteps 0");
    }

    @Test
    void lossesThatAreNotFiniteAreSkippedUntilTheLimit() {
        policy.forwardFault = value -> Double.NaN;
        SupervisedSettings settings = SupervisedSettings.builder(9, 40, LearningRateSchedule.constant(1))
                .maxSkippedSteps(2)
                .build();
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> trainer(text(), settings).run())
                .withMessageContaining("NON_FINITE_LOG_PROBS");
        assertThat(log.skips()).hasSize(3);
        assertThat(policy.version()).isZero();
    }

    @Test
    void aDocumentLongerThanTheContextIsRefusedBeforeTheRun() {
        List<SupervisedExample> examples =
                List.of(SupervisedExample.document(new int[16]), SupervisedExample.document(new int[17]));
        assertThatExceptionOfType(ContextOverflowException.class)
                .isThrownBy(() -> trainer(examples, SupervisedSettings.of(1, 40, LearningRateSchedule.constant(1))))
                .withMessageContaining("Example 1 has 17 tokens")
                .withMessageContaining("window has 16");
    }

    @Test
    void badSettingsAreRefusedByName() {
        SupervisedSettings.Builder builder = SupervisedSettings.builder(0, 1, LearningRateSchedule.constant(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SupervisedSettings.builder(0, 0, LearningRateSchedule.constant(1)))
                .withMessageContaining("tokensPerStep is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.microBatchTokens(0))
                .withMessageContaining("microBatchTokens is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxSkippedSteps(-1))
                .withMessageContaining("maxSkippedSteps is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.startStep(1).build())
                .withMessageContaining("steps is 0");
    }

    private SupervisedTrainer trainer(List<SupervisedExample> examples, SupervisedSettings settings) {
        return SupervisedTrainer.builder()
                .policy(policy, policy.openOptimizer(TinyWorld.RATE))
                .examples(examples)
                .settings(settings)
                .listener(log)
                .build();
    }

    private List<SupervisedMetrics> metrics() {
        return log.of(TrainingEvent.SupervisedStepCompleted.class).stream()
                .map(TrainingEvent.SupervisedStepCompleted::metrics)
                .toList();
    }
}
