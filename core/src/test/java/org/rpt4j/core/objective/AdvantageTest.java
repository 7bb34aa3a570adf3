package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.RewardException;

class AdvantageTest {

    private static final Offset<Double> FOUR_DIGITS = within(0.5e-4);

    private static final Advantage TRL = Advantage.standardised(StandardDeviation.SAMPLE_1E4);
    private static final Advantage VERL = Advantage.standardised(StandardDeviation.SAMPLE_1E6);
    private static final Advantage PAPER = Advantage.standardised(StandardDeviation.POPULATION_1E8);

    static Stream<Advantage> all() {
        return Stream.of(TRL, VERL, PAPER, Advantage.CENTRED, Advantage.LEAVE_ONE_OUT, Advantage.LENGTH_WEIGHTED);
    }

    static Stream<Advantage> allWithSets() {
        return Stream.concat(all(), Stream.of(Advantage.passAt(2), Advantage.passAt(4)));
    }

    /** Advantages of completions of one length. */
    private static double[] of(Advantage advantage, double... rewards) {
        int[] lengths = new int[rewards.length];
        Arrays.fill(lengths, 5);
        return advantage.of(rewards, lengths);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2.4742, -0.3535, 2.4749, -0.3536, 2.6458, -0.3780, 0.8750, -0.1250, 1.0000, -0.1429",
        "2, 1.6198, -0.5399, 1.6202, -0.5401, 1.7321, -0.5774, 0.7500, -0.2500, 0.8571, -0.2857",
        "3, 1.2074, -0.7244, 1.2076, -0.7246, 1.2910, -0.7746, 0.6250, -0.3750, 0.7143, -0.4286",
        "4, 0.9352, -0.9352, 0.9354, -0.9354, 1.0000, -1.0000, 0.5000, -0.5000, 0.5714, -0.5714",
        "7, 0.3535, -2.4742, 0.3536, -2.4749, 0.3780, -2.6458, 0.1250, -0.8750, 0.1429, -1.0000"
    })
    void deviationPresetsGiveTheKnownAdvantagesOfEightBinaryRewards(
            int hits,
            double trlHit,
            double trlMiss,
            double verlHit,
            double verlMiss,
            double paperHit,
            double paperMiss,
            double centredHit,
            double centredMiss,
            double looHit,
            double looMiss) {
        assertHitAndMiss(TRL, hits, trlHit, trlMiss);
        assertHitAndMiss(VERL, hits, verlHit, verlMiss);
        assertHitAndMiss(PAPER, hits, paperHit, paperMiss);
        assertHitAndMiss(Advantage.CENTRED, hits, centredHit, centredMiss);
        assertHitAndMiss(Advantage.LEAVE_ONE_OUT, hits, looHit, looMiss);
    }

    private static void assertHitAndMiss(Advantage advantage, int hits, double hit, double miss) {
        double[] advantages = of(advantage, binary(8, hits));
        assertThat(advantages).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(advantages[i]).isEqualTo(i < hits ? hit : miss, FOUR_DIGITS);
        }
    }

    @Test
    void leaveOneOutIsTheRewardMinusTheMeanOfTheOthers() {
        double[] rewards = {0.3, -1, 2, 0.25};
        double[] advantages = of(Advantage.LEAVE_ONE_OUT, rewards);
        for (int i = 0; i < rewards.length; i++) {
            double others = 0;
            for (int j = 0; j < rewards.length; j++) {
                others += j == i ? 0 : rewards[j] / (rewards.length - 1);
            }
            assertThat(advantages[i]).isEqualTo(rewards[i] - others, within(1e-14));
        }
    }

    @ParameterizedTest
    @MethodSource("allWithSets")
    void advantagesOfAGroupSumToZero(Advantage advantage) {
        double[] advantages = of(advantage, new double[] {0.1, 0.7, 0, 1, 1, 0.35});
        assertThat(sum(advantages)).isEqualTo(0, within(1e-13));
        assertThat(advantages[3]).isGreaterThan(0.2);
    }

    @ParameterizedTest
    @MethodSource("allWithSets")
    void equalRewardsGiveExactZeros(Advantage advantage) {
        for (double reward : List.of(0.0, 1.0, 0.1, -1e9 / 3)) {
            double[] rewards = {reward, reward, reward, reward, reward, reward, reward};
            assertThat(of(advantage, rewards)).containsOnly(0.0);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void nearEqualRewardsGiveAboutZero(Advantage advantage) {
        double[] advantages = of(advantage, new double[] {1, 1 + 1e-12, 1 - 1e-12, 1, 1, 1, 1, 1});
        for (double a : advantages) {
            assertThat(a).isEqualTo(0, within(1e-3));
        }
    }

    @Test
    void leaveOneOutWithPerSampleStdIsRefusedAndASingleHitOfFourStaysBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Advantage.of(Baseline.LEAVE_ONE_OUT, StandardDeviation.SAMPLE_1E6))
                .withMessageContaining("baseline is LEAVE_ONE_OUT and deviation is ")
                .withMessageContaining("becomes a million");
        for (Advantage advantage : all().toList()) {
            double[] advantages = of(advantage, new double[] {1, 0, 0, 0});
            assertThat(advantages[0]).isBetween(0.7, 2.0);
            assertThat(advantages[1])
                    .isBetween(-1.0, -0.2)
                    .isEqualTo(advantages[2])
                    .isEqualTo(advantages[3]);
        }
    }

    @ParameterizedTest
    @MethodSource("allWithSets")
    void groupOfOneIsRefused(Advantage advantage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(advantage, new double[] {1}))
                .withMessageContaining("group of 1");
        assertThatIllegalArgumentException().isThrownBy(() -> of(advantage, new double[0]));
    }

    @ParameterizedTest
    @MethodSource("allWithSets")
    void rewardsThatAreNotFiniteAreRefused(Advantage advantage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(advantage, new double[] {1, Double.NaN}))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(advantage, new double[] {Double.POSITIVE_INFINITY, 0}));
    }

    @Test
    void twoPassDeviationSurvivesALargeOffset() {
        double[] rewards = {1e9, 1e9 + 1, 1e9, 1e9 + 1};
        assertThat(StandardDeviation.POPULATION_1E8.of(rewards)).isEqualTo(0.5, within(1e-12));
        assertThat(StandardDeviation.SAMPLE_1E6.of(rewards)).isEqualTo(Math.sqrt(1.0 / 3), within(1e-12));
    }

    /** Squares of numbers near 2^20 would swallow the variance, so only differences to the mean may be squared. */
    @Test
    void theDeviationDoesNotDependOnTheOffset() {
        double offset = 1 << 20;
        double[] rewards = {0, 0.25, 0.5, 0.25, 1};
        double[] far = Arrays.stream(rewards).map(reward -> offset + reward).toArray();
        for (StandardDeviation deviation : List.of(StandardDeviation.POPULATION_1E8, StandardDeviation.SAMPLE_1E6)) {
            assertThat(deviation.of(far)).isEqualTo(deviation.of(rewards), within(1e-13));
        }
    }

    /** Two rewards 1 apart deviate by 0.5 from their mean; the sample deviation is sqrt(0.5). */
    @Test
    void twoRewardsHaveADeviation() {
        assertThat(StandardDeviation.POPULATION_1E8.of(new double[] {1, 0})).isEqualTo(0.5);
        assertThat(StandardDeviation.SAMPLE_1E6.of(new double[] {1, 0})).isEqualTo(Math.sqrt(0.5));
    }

    /** (1 - 0.5) / (0.5 + 0.125) = 0.8; under the root it would be 0.816. */
    @Test
    void epsilonIsAddedToTheDeviation() {
        Advantage advantage = Advantage.standardised(new StandardDeviation(0, 0.125));
        assertThat(of(advantage, 1, 0, 0, 1)).containsExactly(0.8, -0.8, -0.8, 0.8);
    }

    @Test
    void deviationsRefuseBadSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StandardDeviation(2, 1e-6))
                .withMessageContaining("ddof");
        for (double epsilon : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StandardDeviation(1, epsilon))
                    .withMessageContaining("epsilon is " + epsilon);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> StandardDeviation.SAMPLE_1E4.of(new double[] {1}));
    }

    @Test
    void mixedMeansDifferentRewards() {
        assertThat(Advantage.isMixed(binary(8, 1))).isTrue();
        assertThat(Advantage.isMixed(binary(8, 0))).isFalse();
        assertThat(Advantage.isMixed(binary(8, 8))).isFalse();
        assertThat(Advantage.isMixed(new double[] {1, 1 + 1e-12})).isFalse();
        assertThat(Advantage.isMixed(new double[] {1, 1 + 1e-6})).isTrue();
        assertThat(Advantage.isMixed(new double[] {0, Advantage.EQUAL_REWARDS})).isFalse();
    }

    @Test
    void onlyAGroupOfFiniteRewardsIsMixedOrNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Advantage.isMixed(new double[] {1}))
                .withMessageContaining("group of 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Advantage.isMixed(new double[] {1, Double.NaN}))
                .withMessageContaining("NaN");
    }

    @Test
    void aCustomAdvantageAllowsSeveralUpdates() {
        Advantage own = (rewards, lengths) -> rewards.clone();
        assertThat(own.onPolicyOnly()).isFalse();
    }

    /** The deviation lifts a group with one hit in eight over one with four, by exactly the ratio of deviations. */
    @Test
    void theDeviationFavoursAGroupWithOneHitInEightOverOneWithFour() {
        double even = of(VERL, binary(8, 4))[0] / of(Advantage.CENTRED, binary(8, 4))[0];
        double uneven = of(VERL, binary(8, 1))[0] / of(Advantage.CENTRED, binary(8, 1))[0];
        double deviations = Math.sqrt((0.5 * 0.5) / (0.125 * 0.875));
        assertThat(uneven / even).isEqualTo(deviations, within(1e-5)).isGreaterThan(1.5);
    }

    /** MaxRL with h hits of eight: a hit gets 8 / h - 1 and a miss -1; a group without a hit teaches nothing. */
    @ParameterizedTest
    @CsvSource({"1, 7, -1", "2, 3, -1", "4, 1, -1", "7, 0.142857142857, -1", "8, 0, 0", "0, 0, 0"})
    void aRareHitWeighsMoreRelativeToTheMean(int hits, double hit, double miss) {
        double[] advantages = of(Advantage.RELATIVE, binary(8, hits));
        for (int i = 0; i < 8; i++) {
            assertThat(advantages[i]).isEqualTo(i < hits ? hit : miss, within(1e-11));
        }
    }

    @Test
    void aShareOfANegativeMeanIsRefused() {
        assertThatExceptionOfType(RewardException.class)
                .isThrownBy(() -> of(Advantage.RELATIVE, 1, -0.5))
                .withMessageContaining("found a reward of -0.5. Use a reward of at least 0, or another baseline");
        assertThat(Advantage.RELATIVE.needsNonNegativeRewards()).isTrue();
        assertThat(all().filter(Advantage::needsNonNegativeRewards)).isEmpty();
    }

    /** Golden numbers from listing all sets of 4 of 8 in Python (itertools.combinations). */
    @ParameterizedTest
    @CsvSource({
        "1, 1.0, -0.142857",
        "2, 0.522233, -0.174078",
        "3, 0.277350, -0.166410",
        "4, 0.120386, -0.120386",
        "5, 0, 0",
        "8, 0, 0",
        "0, 0, 0"
    })
    void passAtFourRewardsSetsOfRollouts(int hits, double hit, double miss) {
        double[] advantages = of(Advantage.passAt(4), binary(8, hits));
        for (int i = 0; i < 8; i++) {
            assertThat(advantages[i]).isEqualTo(i < hits ? hit : miss, within(0.5e-6));
        }
    }

    /** The same for graded rewards, of which the best in a set counts. */
    @Test
    void aSetEarnsItsBestReward() {
        double[] rewards = {0.25, 1, -0.5, 0.25, 0.75};
        assertThat(of(Advantage.passAt(2), rewards))
                .containsExactly(new double[] {-0.440352, 0.960769, -0.440352, -0.440352, 0.360288}, within(0.5e-6));
        assertThat(of(Advantage.passAt(3), rewards))
                .containsExactly(new double[] {-0.254588, 0.654654, -0.254588, -0.254588, 0.109109}, within(0.5e-6));
        assertThat(rewards).containsExactly(0.25, 1, -0.5, 0.25, 0.75);
    }

    @Test
    void passAtOneIsTheStandardisedAdvantage() {
        double[] rewards = {0.25, 1, -0.5, 0.25, 0.75};
        assertThat(of(Advantage.passAt(1), rewards)).containsExactly(of(PAPER, rewards), within(1e-7));
    }

    @Test
    void aGroupOfASingleSetTeachesNothing() {
        assertThat(of(Advantage.passAt(4), 1, 0, 0, 0)).containsOnly(0);
        assertThat(of(Advantage.passAt(4), 1, 0, 0)).containsOnly(0);
        assertThat(Advantage.passAt(4).leastGroupSize()).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Advantage.passAt(0))
                .withMessage("best-of is 0, must be at least 1");
    }

    /** Long completions weigh more in the baseline: (4 * 1 + 1 * 0 + 3 * 0.5) / 8 = 0.6875. */
    @Test
    void theLengthWeightedBaselineCountsTokens() {
        double[] advantages = Advantage.LENGTH_WEIGHTED.of(new double[] {1, 0, 0.5}, new int[] {4, 1, 3});
        assertThat(advantages).containsExactly(new double[] {0.3125, -0.6875, -0.1875}, within(1e-15));
        assertThat(Advantage.LENGTH_WEIGHTED.onPolicyOnly()).isTrue();
        assertThat(Advantage.CENTRED.onPolicyOnly()).isFalse();
    }

    /** Of all constants b, the length-weighted mean minimises the variance sum l (r - b)^2 that it was derived for. */
    @Test
    void theLengthWeightedBaselineHasTheMinimumWeightedVariance() {
        double[] rewards = {1, 0, 0, 0.3, 1};
        int[] lengths = {9, 2, 30, 4, 1};
        double baseline = rewards[0] - Advantage.LENGTH_WEIGHTED.of(rewards, lengths)[0];
        double least = weightedVariance(rewards, lengths, baseline);
        for (double shift : new double[] {-0.3, -0.01, 0.01, 0.3}) {
            assertThat(weightedVariance(rewards, lengths, baseline + shift)).isGreaterThan(least);
        }
    }

    private static double weightedVariance(double[] rewards, int[] lengths, double baseline) {
        double variance = 0;
        for (int i = 0; i < rewards.length; i++) {
            variance += lengths[i] * (rewards[i] - baseline) * (rewards[i] - baseline);
        }
        return variance;
    }

    @Test
    void onlyTheMeanBaselineAllowsADeviation() {
        for (Baseline baseline : List.of(Baseline.NONE, Baseline.LENGTH_WEIGHTED, Baseline.RELATIVE_MEAN)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Advantage.of(baseline, StandardDeviation.SAMPLE_1E6))
                    .withMessageContaining(baseline.name())
                    .withMessageContaining("the deviation is about the mean of the group. Use the baseline MEAN");
        }
    }

    @ParameterizedTest
    @EnumSource(Baseline.class)
    void everyBaselineWorksWithoutADeviation(Baseline baseline) {
        double[] advantages = of(Advantage.of(baseline, null), 1, 0);
        assertThat(advantages[0] - advantages[1])
                .isEqualTo(baseline == Baseline.LEAVE_ONE_OUT || baseline == Baseline.RELATIVE_MEAN ? 2 : 1);
    }

    @Test
    void oneLengthPerReward() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Advantage.CENTRED.of(new double[] {1, 0}, new int[] {3}))
                .withMessage("1 lengths for 2 rewards");
    }

    private static double[] binary(int size, int hits) {
        double[] rewards = new double[size];
        Arrays.fill(rewards, 0, hits, 1);
        return rewards;
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}
