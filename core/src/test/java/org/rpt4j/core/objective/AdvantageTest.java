package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdvantageTest {

    private static final Offset<Double> FOUR_DIGITS = within(0.5e-4);

    private static final Advantage TRL = Advantage.standardised(StandardDeviation.SAMPLE_1E4);
    private static final Advantage VERL = Advantage.standardised(StandardDeviation.SAMPLE_1E6);
    private static final Advantage PAPER = Advantage.standardised(StandardDeviation.POPULATION_1E8);

    static Stream<Advantage> all() {
        return Stream.of(TRL, VERL, PAPER, Advantage.CENTRED, Advantage.LEAVE_ONE_OUT);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2.4742, -0.3535, 2.4749, -0.3536, 2.6458, -0.3780, 0.8750, -0.1250, 1.0000, -0.1429",
        "2, 1.6198, -0.5399, 1.6202, -0.5401, 1.7321, -0.5774, 0.7500, -0.2500, 0.8571, -0.2857",
        "3, 1.2074, -0.7244, 1.2076, -0.7246, 1.2910, -0.7746, 0.6250, -0.3750, 0.7143, -0.4286",
        "4, 0.9352, -0.9352, 0.9354, -0.9354, 1.0000, -1.0000, 0.5000, -0.5000, 0.5714, -0.5714",
        "7, 0.3535, -2.4742, 0.3536, -2.4749, 0.3780, -2.6458, 0.1250, -0.8750, 0.1429, -1.0000"
    })
    void goldenNumbersOfEightBinaryRewards(
            int hits,
            double trlHit, double trlMiss,
            double verlHit, double verlMiss,
            double paperHit, double paperMiss,
            double centredHit, double centredMiss,
            double looHit, double looMiss) {
        assertHitAndMiss(TRL, hits, trlHit, trlMiss);
        assertHitAndMiss(VERL, hits, verlHit, verlMiss);
        assertHitAndMiss(PAPER, hits, paperHit, paperMiss);
        assertHitAndMiss(Advantage.CENTRED, hits, centredHit, centredMiss);
        assertHitAndMiss(Advantage.LEAVE_ONE_OUT, hits, looHit, looMiss);
    }

    private static void assertHitAndMiss(Advantage advantage, int hits, double hit, double miss) {
        double[] advantages = advantage.of(binary(8, hits));
        assertThat(advantages).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(advantages[i]).isEqualTo(i < hits ? hit : miss, FOUR_DIGITS);
        }
    }

    @Test
    void leaveOneOutIsTheRewardMinusTheMeanOfTheOthers() {
        double[] rewards = {0.3, -1, 2, 0.25};
        double[] advantages = Advantage.LEAVE_ONE_OUT.of(rewards);
        for (int i = 0; i < rewards.length; i++) {
            double others = 0;
            for (int j = 0; j < rewards.length; j++) {
                others += j == i ? 0 : rewards[j] / (rewards.length - 1);
            }
            assertThat(advantages[i]).isEqualTo(rewards[i] - others, within(1e-14));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void advantagesOfAGroupSumToZero(Advantage advantage) {
        double[] advantages = advantage.of(new double[] {0.1, 0.7, 0, 1, 1, 0.35});
        assertThat(sum(advantages)).isEqualTo(0, within(1e-13));
        assertThat(advantages[3]).isGreaterThan(0.2);
    }

    @ParameterizedTest
    @MethodSource("all")
    void equalRewardsGiveExactZeros(Advantage advantage) {
        for (double reward : List.of(0.0, 1.0, 0.1, -1e9 / 3)) {
            double[] rewards = {reward, reward, reward, reward, reward, reward, reward};
            assertThat(advantage.of(rewards)).containsOnly(0.0);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void nearEqualRewardsGiveAboutZero(Advantage advantage) {
        double[] advantages = advantage.of(new double[] {1, 1 + 1e-12, 1 - 1e-12, 1, 1, 1, 1, 1});
        for (double a : advantages) {
            assertThat(a).isEqualTo(0, within(1e-3));
        }
    }

    @Test
    void aSingleHitOfFourStaysBounded() {
        for (Advantage advantage : all().toList()) {
            double[] advantages = advantage.of(new double[] {1, 0, 0, 0});
            assertThat(advantages[0]).isBetween(0.7, 2.0);
            assertThat(advantages[1]).isBetween(-1.0, -0.2).isEqualTo(advantages[2]).isEqualTo(advantages[3]);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void groupsBelowTwoAreRefused(Advantage advantage) {
        assertThatIllegalArgumentException().isThrownBy(() -> advantage.of(new double[] {1}))
                .withMessageContaining("group of 1");
        assertThatIllegalArgumentException().isThrownBy(() -> advantage.of(new double[0]));
    }

    @ParameterizedTest
    @MethodSource("all")
    void rewardsThatAreNotFiniteAreRefused(Advantage advantage) {
        assertThatIllegalArgumentException().isThrownBy(() -> advantage.of(new double[] {1, Double.NaN}))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> advantage.of(new double[] {Double.POSITIVE_INFINITY, 0}));
    }

    @Test
    void twoPassDeviationSurvivesALargeOffset() {
        double[] rewards = {1e9, 1e9 + 1, 1e9, 1e9 + 1};
        assertThat(StandardDeviation.POPULATION_1E8.of(rewards)).isEqualTo(0.5, within(1e-12));
        assertThat(StandardDeviation.SAMPLE_1E6.of(rewards)).isEqualTo(Math.sqrt(1.0 / 3), within(1e-12));
    }

    @Test
    void deviationsRefuseBadSettings() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StandardDeviation(2, 1e-6))
                .withMessageContaining("ddof");
        assertThatIllegalArgumentException().isThrownBy(() -> new StandardDeviation(1, 0))
                .withMessageContaining("epsilon");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StandardDeviation.SAMPLE_1E4.of(new double[] {1}));
    }

    @Test
    void mixedMeansDifferentRewards() {
        assertThat(Advantage.isMixed(binary(8, 1))).isTrue();
        assertThat(Advantage.isMixed(binary(8, 0))).isFalse();
        assertThat(Advantage.isMixed(binary(8, 8))).isFalse();
        assertThat(Advantage.isMixed(new double[] {1, 1 + 1e-12})).isFalse();
        assertThat(Advantage.isMixed(new double[] {1, 1 + 1e-6})).isTrue();
    }

    /** The deviation lifts a group with one hit in eight over one with four, by exactly the ratio of deviations. */
    @Test
    void deviationBiasesTowardsUnevenGroups() {
        double even = VERL.of(binary(8, 4))[0] / Advantage.CENTRED.of(binary(8, 4))[0];
        double uneven = VERL.of(binary(8, 1))[0] / Advantage.CENTRED.of(binary(8, 1))[0];
        double deviations = Math.sqrt((0.5 * 0.5) / (0.125 * 0.875));
        assertThat(uneven / even).isEqualTo(deviations, within(1e-5)).isGreaterThan(1.5);
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
