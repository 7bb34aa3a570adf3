package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.Objective;

/** Text that is learned beside the rollouts, in the same update. */
class CorpusTermTest {

    private static final OptimizerOptions UNCLIPPED =
            TinyWorld.RATE.toBuilder().maxGradientNorm(Double.POSITIVE_INFINITY).build();

    /**
     * Nothing is rewarded, so only the text teaches. From equal logits over nine tokens, a step of tasks 0 to 7 has 16
     * corpus tokens: after the end comes each question 4 of 16 times, and after a question its answer as often. With
     * weight 0.1 the gradient of a row is 0.1 / 16 (8 / 9 - 1 [true token] summed over its tokens), computed by hand:
     * 0.1 / 16 x (8 / 9 - 2) for each of the four after the end, 0.1 / 16 x (2 / 9 - 2) for an answer.
     */
    @Test
    void theGradientIsThatOfTheWeightedCrossEntropy() {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();
        RptTrainerBuilder builder = TinyWorld.trainer(policy, settings(1, 0.1)).listener(log);
        builder.verifier(attempt -> new Verdict.Scored(0, RewardReason.NOT_PREFIX))
                .policy(policy, policy.openOptimizer(UNCLIPPED))
                .build()
                .run();
        for (int question = 0; question < 4; question++) {
            double[] afterEnd = policy.logits[TinyWorld.END];
            double[] afterQuestion = policy.logits[TinyWorld.FIRST_QUESTION + question];
            assertThat(afterEnd[TinyWorld.FIRST_QUESTION + question])
                    .isEqualTo(-2 * 0.1 / 16 * (8.0 / 9 - 2), within(1e-15));
            assertThat(afterQuestion[(question + 1) % 4]).isEqualTo(-2 * 0.1 / 16 * (2.0 / 9 - 2), within(1e-15));
            assertThat(afterQuestion[TinyWorld.END]).isEqualTo(-2 * 0.1 / 16 * (2.0 / 9), within(1e-15));
        }
        UpdateMetrics update = log.steps().get(0).update();
        assertThat(update.loss()).isEqualTo(0.1 * Math.log(9), within(1e-12));
        assertThat(update.tokensTrained()).isEqualTo(16);
        assertThat(update.clippedShare()).isZero();
    }

    @Test
    void textAndRolloutsAreLearnedTogether() {
        TabularPolicy policy = TinyWorld.policy();
        EventLog log = new EventLog();
        TrainingResult result = TinyWorld.trainer(policy, settings(300, 0.1))
                .listener(log)
                .build()
                .run();
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        assertThat(sampled.get(299).rollouts().hitRate()).isGreaterThan(0.9);
        assertThat(result.emptySteps()).isZero();
        double[] afterEnd = policy.logits[TinyWorld.END];
        assertThat(afterEnd[TinyWorld.FIRST_QUESTION]).isGreaterThan(afterEnd[TinyWorld.END] + 2);
    }

    @Test
    void everySplitGivesTheSameWeights() {
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        TabularPolicy parts = TinyWorld.halfTrainedPolicy();
        RptSettings settings = settings(3, 0.5);
        TinyWorld.trainer(whole, settings).build().run();
        TinyWorld.trainer(parts, settings.toBuilder().microBatchTokens(7).build())
                .build()
                .run();
        for (int row = 0; row < TinyWorld.VOCABULARY; row++) {
            assertThat(parts.logits[row]).containsExactly(whole.logits[row], within(1e-12));
        }
    }

    @Test
    void aWindowThatNoModelCanReadIsRefused() {
        RptSettings settings = settings(1, 0.1).toBuilder()
                .objective(Objective.GRPO.toBuilder()
                        .corpus(new CorpusTerm(0.1, 16))
                        .build())
                .build();
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> TinyWorld.trainer(TinyWorld.policy(), settings).build())
                .withMessageContaining(
                        "learns 16 tokens after one, and the context window has 16 tokens; lower" + " corpus-tokens");
    }

    private static RptSettings settings(long steps, double weight) {
        return TinyWorld.settings(steps).toBuilder()
                .objective(Objective.GRPO.toBuilder()
                        .corpus(new CorpusTerm(weight, 8))
                        .build())
                .build();
    }
}
