package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.model.format.DecoderSwitches.Rotation;

/** The golden numbers come from the formulas of the papers, computed in Python's float64. */
class RopeScalingTest {

    @Test
    void llama3DividesLowFrequenciesKeepsHighOnesAndBlendsBetween() {
        RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
        // Wavelengths 2 pi 100^i for theta 1e4 and 4 components: 6.3 and 628 are high; with theta 1e8, 62832 is low.
        assertThat(scaling.frequencies(10_000, 4)).containsExactly(1, 0.01);
        assertThat(scaling.frequencies(1e8, 4)).containsExactly(new double[] {1, 1e-4 / 8}, within(1e-18));
        // Half-way between the bounds: 8192 / wavelength = 2.5, so half of the frequency is kept and half divided by 8.
        double middle = 2 * Math.PI / (8192 / 2.5);
        assertThat(scaling.frequencies(Math.pow(middle, -2), 4)[1]).isCloseTo(middle * 0.5625, within(1e-15));
    }

    @Test
    void frequenciesFallFromOneGeometrically() {
        double[] frequencies = Models.llama().rotaryFrequencies(Rotation.GLOBAL);
        assertThat(frequencies).containsExactly(new double[] {1, 0.01}, within(1e-15));
        assertThat(new RopeScaling.Linear(4).frequencies(10_000, 4)).containsExactly(0.25, 0.0025);
        assertThat(Models.llama().rotaryFrequencies(Rotation.NONE)).containsExactly(0, 0);
    }

    @Test
    void yarnOfDeepSeeksDistilledQwen3IsThatOfThePaper() {
        double[] frequencies = new RopeScaling.Yarn(4, 32, 1, 32768, true, 1).frequencies(1e6, 128);
        double[] expected = {
            1,
            0.01333521432163324,
            0.001064360981247002,
            0.0002462584069089387,
            4.445698525097307e-05,
            5.133812566142866e-06,
            3.102344401879299e-07
        };
        int[] pairs = {0, 20, 30, 35, 40, 50, 63};
        for (int i = 0; i < pairs.length; i++) {
            assertThat(frequencies[pairs[i]]).isCloseTo(expected[i], within(1e-14 * expected[i]));
        }
    }

    @Test
    void yarnWithoutRoundingHasARampOfRealBounds() {
        double[] frequencies = new RopeScaling.Yarn(4, 32, 1, 32768, false, 1).frequencies(1e6, 128);
        assertThat(frequencies[30]).isCloseTo(0.0010792377416765538, within(1e-17));
        assertThat(frequencies[35]).isCloseTo(0.00024451888795641683, within(1e-17));
    }

    @Test
    void longRopeDividesEachFrequencyByItsShortFactor() {
        RopeScaling scaling = new RopeScaling.LongRope(List.of(1.0, 1.5, 2.0), List.of(2.0, 8.0, 32.0), 4096, 1.19);
        assertThat(scaling.frequencies(10_000, 6))
                .containsExactly(new double[] {1, 0.03094392555741853, 0.0010772173450159421}, within(1e-16));
        assertThat(scaling.attentionFactor()).isEqualTo(1.19);
        assertThatThrownBy(() -> scaling.frequencies(10_000, 8))
                .hasMessageContaining("shortFactors has 3 values and longFactors 3, both must have 4");
    }

    @Test
    void dynamicScalingChangesNothingWithinTheContext() {
        assertThat(new RopeScaling.Dynamic(4).frequencies(10_000, 4)).containsExactly(1, 0.01);
    }
}
