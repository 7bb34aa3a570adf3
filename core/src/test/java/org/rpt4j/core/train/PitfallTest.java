package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.rollout.GradedGroup;

/** Trainer bugs that show only in a complete step. */
class PitfallTest {

    /** The update is minus the gradient of a loss that is computed from the logits alone, token by token. */
    @Test
    void offByOneShiftByBruteForceSoftmax() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        double[][] before = copy(policy.logits);
        EventLog log = new EventLog();
        TinyWorld.trainer(policy, TinyWorld.settings(1)).listener(log).build().run();
        List<GradedGroup> groups =
                log.of(TrainingEvent.RolloutsSampled.class).get(0).groups();
        double norm = log.steps().get(0).update().gradientNorm();
        double rate = log.steps().get(0).update().learningRate() * Math.min(1, TinyWorld.RATE.maxGradientNorm() / norm);
        double h = 1e-6;
        for (int i = 0; i < before.length; i++) {
            for (int j = 0; j < before.length; j++) {
                double[][] up = copy(before);
                double[][] down = copy(before);
                up[i][j] += h;
                down[i][j] -= h;
                double gradient = (bruteForceLoss(groups, before, up) - bruteForceLoss(groups, before, down)) / (2 * h);
                assertThat(policy.logits[i][j] - before[i][j]).isEqualTo(-rate * gradient, within(1e-7));
            }
        }
        assertThat(norm).isGreaterThan(0.01);
    }

    /** Mean over completions of the mean over tokens of -p/p_old A; a token is drawn from the row of the one before. */
    private static double bruteForceLoss(List<GradedGroup> groups, double[][] old, double[][] logits) {
        double loss = 0;
        int completions = 0;
        for (GradedGroup group : groups) {
            double[] rewards = group.rewards();
            double mean = 0;
            double squares = 0;
            for (double r : rewards) {
                mean += r / rewards.length;
            }
            for (double r : rewards) {
                squares += (r - mean) * (r - mean);
            }
            for (int m = 0; m < rewards.length; m++) {
                int[] tokens = group.rollouts().get(m).rollout().tokens();
                double advantage = (rewards[m] - mean) / (Math.sqrt(squares / (rewards.length - 1)) + 1e-6);
                int previous = group.prompt().tokens()[group.prompt().tokens().length - 1];
                for (int token : tokens) {
                    double ratio = softmax(logits[previous], token) / softmax(old[previous], token);
                    loss -= ratio * advantage / tokens.length;
                    previous = token;
                }
                completions++;
            }
        }
        return loss / completions;
    }

    private static double softmax(double[] logits, int token) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / 0.8);
        }
        return Math.exp(logits[token] / 0.8) / sum;
    }

    /** The whole step moves by rate times the limit, however many micro-batches it is split into. */
    @ParameterizedTest
    @ValueSource(ints = {100_000, 40, 1})
    void theGlobalNormIsClippedOncePerStep(int microBatchTokens) {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        double[][] before = copy(policy.logits);
        OptimizerOptions clipped =
                TinyWorld.RATE.toBuilder().maxGradientNorm(0.01).build();
        TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(1).toBuilder()
                                .microBatchTokens(microBatchTokens)
                                .build())
                .policy(policy, policy.openOptimizer(clipped))
                .build()
                .run();
        double squares = 0;
        for (int i = 0; i < before.length; i++) {
            for (int j = 0; j < before.length; j++) {
                squares += Math.pow(policy.logits[i][j] - before[i][j], 2);
            }
        }
        assertThat(Math.sqrt(squares)).isEqualTo(2 * 0.01, within(1e-12));
        assertThat(policy.steps).isEqualTo(1);
    }

    /** An observer that samples from the policy between steps does not change what training samples. */
    @Test
    void twoRngConsumersCannotInfluenceEachOther() {
        TabularPolicy alone = TinyWorld.policy();
        TabularPolicy watched = TinyWorld.policy();
        TinyWorld.trainer(alone, TinyWorld.settings(5)).build().run();
        SamplingOptions other =
                TinyWorld.settings(5).sampling().toBuilder().seed(99).step(0).build();
        TinyWorld.trainer(watched, TinyWorld.settings(5))
                .listener(new TrainingListener() {
                    @Override
                    public void onEvent(TrainingEvent event) {
                        watched.generate(List.of(new Prompt(0, new int[] {4})), other);
                    }
                })
                .build()
                .run();
        assertThat(watched.logits).isDeepEqualTo(alone.logits);
        assertThat(alone.version()).isPositive();
    }

    private static double[][] copy(double[][] table) {
        double[][] copy = new double[table.length][];
        for (int i = 0; i < table.length; i++) {
            copy[i] = table[i].clone();
        }
        return copy;
    }
}
