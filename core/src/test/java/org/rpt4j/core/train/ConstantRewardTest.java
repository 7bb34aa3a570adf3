package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.Objective;

/**
 * What is the same for all thoughts of a group, such as the log-probability under RLP's averaged teacher (arXiv
 * 2510.01265), has no effect on a gradient that compares within the group. So there is no teacher here.
 */
class ConstantRewardTest {

    @ParameterizedTest
    @ValueSource(strings = {"rloo", "dr-grpo", "grpo", "opo", "reinforce++-baseline"})
    void aConstantPerGroupDoesNotChangeTheGradient(String objective) {
        double[][] plain = logitsAfterTraining(objective, 0);
        double[][] shifted = logitsAfterTraining(objective, 3);

        for (int token = 0; token < plain.length; token++) {
            assertThat(shifted[token]).containsExactly(plain[token], within(1e-11));
        }
        assertThat(plain[TinyWorld.FIRST_QUESTION]).as("something was learned").isNotEqualTo(untrained());
    }

    private static double[] untrained() {
        return TinyWorld.halfTrainedPolicy().logits[TinyWorld.FIRST_QUESTION];
    }

    /** @param scale each task has a constant of its own between 0 and this */
    private static double[][] logitsAfterTraining(String objective, double scale) {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(2).toBuilder()
                                .objective(Objective.named(objective))
                                .build())
                .verifier(attempt -> {
                    Verdict.Scored own = (Verdict.Scored) TinyWorld.VERIFIER.verify(attempt);
                    double constant =
                            scale * CounterRandom.uniform(7, 0, attempt.task().id(), 0, 0);
                    return new Verdict.Scored(own.reward() - constant, own.reason());
                })
                .build()
                .run();
        return policy.logits;
    }
}
