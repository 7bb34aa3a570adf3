package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.CounterRandom;

/**
 * A bandit of three symbols, small enough to enumerate every group that can be sampled. So the expected gradient of an
 * objective is exact and can be compared with theory.
 */
class BanditGradientTest {

    private static final int SYMBOLS = 3;
    private static final int GROUP = 4;
    private static final double[] THETA = {0.2, -0.7, 0.9};
    private static final double[] BINARY = {1, 0, 0};
    private static final double[] GRADED = {1, 0.25, -0.5};
    private static final double[] NON_NEGATIVE = {1, 0.25, 0};
    private static final BatchTotals TOTALS = new BatchTotals(GROUP, GROUP, 1);
    private static final Offset<Double> EXACT = within(1e-12);

    static Stream<Objective> objectives() {
        return Objective.all().stream();
    }

    /** The bonus of a sampled token has the mean gradient of -H(p), here from its closed form p (log p + H). */
    @Test
    void theEntropyBonusHasTheMeanGradientOfTheEntropy() {
        PolicyLoss bonus = PolicyLoss.UNCLIPPED.toBuilder().entropyWeight(0.3).build();
        double[] p = softmax(THETA);
        double entropy = 0;
        for (double share : p) {
            entropy -= share * Math.log(share);
        }
        double h = 1e-6;
        for (int s = 0; s < SYMBOLS; s++) {
            double mean = 0;
            for (int o = 0; o < SYMBOLS; o++) {
                double logProb = Math.log(p[o]);
                double slope = (bonus.entropyLoss(logProb + h) - bonus.entropyLoss(logProb - h)) / (2 * h);
                mean += p[o] * slope * ((o == s ? 1 : 0) - p[s]);
            }
            assertThat(mean).isEqualTo(0.3 * p[s] * (Math.log(p[s]) + entropy), within(1e-9));
        }
    }

    /** Key tokens add to the advantage: the symbol that hits is pushed further than by GRPO alone. */
    @Test
    void keyTokensPushTheSymbolThatHits() {
        double[] p = softmax(THETA);
        double[] extra = new double[SYMBOLS];
        forEachGroup((members, probability) -> {
            List<int[]> completions =
                    Arrays.stream(members).mapToObj(m -> new int[] {m}).toList();
            List<Boolean> right = Arrays.stream(members).mapToObj(m -> m == 0).toList();
            Map<Integer, Double> values = KeyTokens.of(completions, right, Set.of());
            for (int member : members) {
                for (int s = 0; s < SYMBOLS; s++) {
                    extra[s] += probability * values.getOrDefault(member, 0.0) * ((member == s ? 1 : 0) - p[s]) / GROUP;
                }
            }
        });
        assertThat(extra[0]).isGreaterThan(0.05);
        assertThat(extra[1]).isNegative();
        assertThat(extra[2]).isNegative();
        assertThat(extra[0] + extra[1] + extra[2]).isEqualTo(0, EXACT);
    }

    /** Those that give all tokens of a rollout its advantage. */
    static Stream<Objective> objectivesOfRollouts() {
        return objectives().filter(o -> o.loss().probabilityWeight() == 0);
    }

    /**
     * The reweighted gradient of a symbol is its centred reward, its probability and alpha p + 1 - alpha: sum over o of
     * (G - 1) / G p_o (alpha p_o + 1 - alpha) (r_o - E r) grad log p_o.
     */
    @Test
    void reweightingScalesEverySymbolByItsProbability() {
        Objective reweighted = Objective.DR_GRPO.toBuilder()
                .loss(Objective.GRPO_REWEIGHTED.loss())
                .build();
        double[] p = softmax(THETA);
        double mean = p[0] * GRADED[0] + p[1] * GRADED[1] + p[2] * GRADED[2];
        double[] descent = expectedGradient(reweighted, THETA, GRADED);
        for (int s = 0; s < SYMBOLS; s++) {
            double climb = 0;
            for (int o = 0; o < SYMBOLS; o++) {
                double scale = 0.3 * p[o] + 0.7;
                climb += p[o] * scale * (GRADED[o] - mean) * ((o == s ? 1 : 0) - p[s]) * (GROUP - 1) / GROUP;
            }
            assertThat(descent[s]).isEqualTo(-climb, EXACT);
        }
    }

    /**
     * With binary rewards every objective that counts all tokens alike climbs the success rate p: E[gradient] = (a+ - a-) grad p, where a+ and a-
     * are the mean advantages of a hit and of a miss over the other members of the group.
     */
    @ParameterizedTest
    @MethodSource("objectivesOfRollouts")
    void expectedGradientClimbsTheSuccessRate(Objective objective) {
        double p = softmax(THETA)[0];
        double slope = meanAdvantage(objective, p, 1) - meanAdvantage(objective, p, 0);
        double[] climb = gradientOfMean(THETA, BINARY);
        double[] descent = expectedGradient(objective, THETA, BINARY);
        for (int s = 0; s < SYMBOLS; s++) {
            assertThat(descent[s]).isEqualTo(-slope * climb[s], EXACT);
        }
        assertThat(slope).isGreaterThan(0.5);
    }

    @Test
    void leaveOneOutIsTheExactPolicyGradient() {
        double[] descent = expectedGradient(Objective.RLOO, THETA, GRADED);
        double[] climb = gradientOfMean(THETA, GRADED);
        for (int s = 0; s < SYMBOLS; s++) {
            assertThat(descent[s]).isEqualTo(-climb[s], EXACT);
        }
    }

    /** With completions of one length the length-weighted baseline is the mean. */
    @Test
    void lengthWeightedIsTheExactPolicyGradientTimesAConstant() {
        assertThat(expectedGradient(Objective.OPO, THETA, GRADED))
                .containsExactly(expectedGradient(Objective.DR_GRPO, THETA, GRADED), EXACT);
    }

    /** MaxRL climbs log p, truncated after G - 1 terms of its series: the sum of (1 - p)^k grad p. */
    @Test
    void relativeToTheMeanIsTheTruncatedGradientOfTheLogLikelihood() {
        double miss = 1 - softmax(THETA)[0];
        double series = 1 + miss + miss * miss;
        double[] descent = expectedGradient(Objective.MAX_RL, THETA, BINARY);
        double[] climb = gradientOfMean(THETA, BINARY);
        for (int s = 0; s < SYMBOLS; s++) {
            assertThat(descent[s]).isEqualTo(-series * climb[s], EXACT);
        }
    }

    /**
     * Before the division by the deviation, which is undone here group by group, pass@k climbs the chance that one of k
     * rollouts hits, 1 - (1 - p)^k: its gradient k (1 - p)^(k - 1) grad p, times 1/k - 1/G.
     */
    @Test
    void passAtTwoClimbsTheChanceOfAHitInTwo() {
        double[] p = softmax(THETA);
        double[] gradient = new double[SYMBOLS];
        forEachGroup((members, probability) -> {
            double[] rewards = rewards(members, BINARY);
            double hits = Arrays.stream(rewards).sum();
            double miss = (GROUP - hits) * (GROUP - hits - 1) / (GROUP * (GROUP - 1.0));
            double deviation = Math.sqrt(miss * (1 - miss));
            double[] advantages = Advantage.passAt(2).of(rewards, new int[] {1, 1, 1, 1});
            for (int i = 0; i < GROUP; i++) {
                for (int s = 0; s < SYMBOLS; s++) {
                    gradient[s] += probability * advantages[i] * deviation * ((members[i] == s ? 1 : 0) - p[s]) / GROUP;
                }
            }
        });
        double[] climb = gradientOfMean(THETA, BINARY);
        double slope = (1 - 2.0 / GROUP) * (1 - p[0]);
        for (int s = 0; s < SYMBOLS; s++) {
            assertThat(gradient[s]).isEqualTo(slope * climb[s], EXACT);
        }
    }

    @Test
    void centredIsTheExactPolicyGradientTimesAConstant() {
        double[] descent = expectedGradient(Objective.DR_GRPO, THETA, GRADED);
        double[] climb = gradientOfMean(THETA, GRADED);
        for (int s = 0; s < SYMBOLS; s++) {
            assertThat(descent[s]).isEqualTo(-climb[s] * (GROUP - 1) / GROUP, EXACT);
        }
    }

    /**
     * The weights are the derivative of the loss with respect to theta, with the sampling distribution held constant.
     */
    @ParameterizedTest
    @MethodSource("objectives")
    void weightsAreTheDerivativeOfTheExpectedLoss(Objective objective) {
        double[] descent = expectedGradient(objective, THETA, gradedFor(objective));
        double h = 1e-6;
        for (int s = 0; s < SYMBOLS; s++) {
            double[] up = THETA.clone();
            double[] down = THETA.clone();
            up[s] += h;
            down[s] -= h;
            double numeric = (expectedLoss(objective, up) - expectedLoss(objective, down)) / (2 * h);
            assertThat(descent[s]).isEqualTo(numeric, within(1e-8));
        }
    }

    /** k1 has no mean gradient, k2 has that of KL(p || ref), k3 that of KL(ref || p). */
    @Test
    void klEstimatesHaveTheKnownMeanGradients() {
        double[] p = softmax(THETA);
        double[] ref = softmax(new double[] {-0.4, 0.3, 0.1});
        for (int s = 0; s < SYMBOLS; s++) {
            double k1 = 0;
            double k2 = 0;
            double k3 = 0;
            double forward = 0;
            for (int o = 0; o < SYMBOLS; o++) {
                double d = Math.log(p[o] / ref[o]);
                double score = (o == s ? 1 : 0) - p[s];
                k1 += p[o] * KlEstimate.K1.derivative(d) * score;
                k2 += p[o] * KlEstimate.K2.derivative(d) * score;
                k3 += p[o] * KlEstimate.K3.derivative(d) * score;
                forward += p[o] * d;
            }
            assertThat(k1).isEqualTo(0, EXACT);
            assertThat(k2).isEqualTo(p[s] * (Math.log(p[s] / ref[s]) - forward), EXACT);
            assertThat(k3).isEqualTo(p[s] - ref[s], EXACT);
        }
    }

    /**
     * Two groups with the same prompt, one all wrong, one all correct: grouped by id, neither has a learning signal.
     */
    @Test
    void groupsWithEqualPromptsDoNotMerge() {
        for (Objective objective : Objective.all()) {
            if (!objective.advantage().equals(Advantage.REWARD)) {
                assertThat(advantages(objective, 0, 0, 0, 0)).containsOnly(0);
                assertThat(advantages(objective, 1, 1, 1, 1)).containsOnly(0);
                assertThat(advantages(objective, 0, 0, 0, 0, 1, 1, 1, 1)).doesNotContain(0);
            }
        }
    }

    /** Sampled groups agree with the sum over all groups that can be sampled, within five standard errors. */
    @ParameterizedTest
    @MethodSource("objectives")
    void monteCarloGradientEqualsTheEnumeratedOne(Objective objective) {
        double[] p = softmax(THETA);
        int samples = 20_000;
        double[] sum = new double[SYMBOLS];
        double[] squares = new double[SYMBOLS];
        for (int n = 0; n < samples; n++) {
            int[] members = new int[GROUP];
            for (int i = 0; i < GROUP; i++) {
                double u = CounterRandom.uniform(7, n, 0, i, 0);
                members[i] = u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
            }
            double[] gradient = gradientOf(objective, members, p, gradedFor(objective));
            for (int s = 0; s < SYMBOLS; s++) {
                sum[s] += gradient[s];
                squares[s] += gradient[s] * gradient[s];
            }
        }
        double[] exact = expectedGradient(objective, THETA, gradedFor(objective));
        for (int s = 0; s < SYMBOLS; s++) {
            double mean = sum[s] / samples;
            double error = Math.sqrt((squares[s] / samples - mean * mean) / samples);
            assertThat(mean).isEqualTo(exact[s], within(5 * error));
            assertThat(error).isBetween(1e-5, 0.02);
        }
    }

    private static double[] gradedFor(Objective objective) {
        return objective.advantage().needsNonNegativeRewards() ? NON_NEGATIVE : GRADED;
    }

    private static double[] advantages(Objective objective, double... rewards) {
        int[] lengths = new int[rewards.length];
        Arrays.fill(lengths, 1);
        return objective.normalisation().of(objective.advantage().of(rewards, lengths), lengths, rewards);
    }

    private static double[] expectedGradient(Objective objective, double[] theta, double[] rewardOf) {
        double[] p = softmax(theta);
        double[] gradient = new double[SYMBOLS];
        forEachGroup((members, probability) -> {
            double[] own = gradientOf(objective, members, p, rewardOf);
            for (int s = 0; s < SYMBOLS; s++) {
                gradient[s] += probability * own[s];
            }
        });
        return gradient;
    }

    private static double[] gradientOf(Objective objective, int[] members, double[] p, double[] rewardOf) {
        double[] advantages = advantages(objective, rewards(members, rewardOf));
        double[] gradient = new double[SYMBOLS];
        for (int i = 0; i < GROUP; i++) {
            PolicyLoss loss = objective.loss();
            double advantage = loss.reweighted(advantages[i], Math.log(p[members[i]]));
            double weight = objective.aggregation().factor(1, TOTALS) * loss.weight(0, advantage);
            for (int s = 0; s < SYMBOLS; s++) {
                gradient[s] += weight * ((members[i] == s ? 1 : 0) - p[s]);
            }
        }
        return gradient;
    }

    /** Groups are sampled and rewarded at THETA; the loss is taken at another theta. */
    private static double expectedLoss(Objective objective, double[] theta) {
        double[] old = softmax(THETA);
        double[] p = softmax(theta);
        double[] loss = new double[1];
        forEachGroup((members, probability) -> {
            double[] advantages = advantages(objective, rewards(members, gradedFor(objective)));
            for (int i = 0; i < GROUP; i++) {
                double oldLogProb = Math.log(old[members[i]]);
                double advantage = objective.loss().reweighted(advantages[i], oldLogProb);
                loss[0] += probability
                        * objective.aggregation().factor(1, TOTALS)
                        * objective.loss().value(Math.log(p[members[i]]) - oldLogProb, advantage);
            }
        });
        return loss[0];
    }

    private interface GroupVisitor {
        void visit(int[] members, double probability);
    }

    private static void forEachGroup(GroupVisitor visitor) {
        double[] p = softmax(THETA);
        int groups = (int) Math.pow(SYMBOLS, GROUP);
        for (int code = 0; code < groups; code++) {
            int[] members = new int[GROUP];
            double probability = 1;
            for (int i = 0, rest = code; i < GROUP; i++, rest /= SYMBOLS) {
                members[i] = rest % SYMBOLS;
                probability *= p[members[i]];
            }
            visitor.visit(members, probability);
        }
    }

    /** Mean advantage of a member with the given reward when the others hit with probability p each. */
    private static double meanAdvantage(Objective objective, double p, int own) {
        double mean = 0;
        for (int others = 0; others < GROUP; others++) {
            double[] rewards = new double[GROUP];
            rewards[0] = own;
            for (int i = 1; i <= others; i++) {
                rewards[i] = 1;
            }
            double chance = choose(GROUP - 1, others) * Math.pow(p, others) * Math.pow(1 - p, GROUP - 1 - others);
            mean += chance * advantages(objective, rewards)[0];
        }
        return mean;
    }

    private static double[] gradientOfMean(double[] theta, double[] rewardOf) {
        double[] p = softmax(theta);
        double mean = 0;
        for (int s = 0; s < SYMBOLS; s++) {
            mean += p[s] * rewardOf[s];
        }
        double[] gradient = new double[SYMBOLS];
        for (int s = 0; s < SYMBOLS; s++) {
            gradient[s] = p[s] * (rewardOf[s] - mean);
        }
        return gradient;
    }

    private static double[] rewards(int[] members, double[] rewardOf) {
        double[] rewards = new double[members.length];
        for (int i = 0; i < members.length; i++) {
            rewards[i] = rewardOf[members[i]];
        }
        return rewards;
    }

    private static double[] softmax(double[] theta) {
        double sum = 0;
        for (double t : theta) {
            sum += Math.exp(t);
        }
        double[] p = new double[theta.length];
        for (int s = 0; s < theta.length; s++) {
            p[s] = Math.exp(theta[s]) / sum;
        }
        return p;
    }

    private static double choose(int n, int k) {
        return k == 0 ? 1 : choose(n - 1, k - 1) * n / k;
    }
}
