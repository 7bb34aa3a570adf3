package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RopeScalingTest {

    private static double frequencyOfWavelength(double wavelength) {
        return 2 * Math.PI / wavelength;
    }

    @Test
    void llama3DividesLowFrequenciesKeepsHighOnesAndBlendsBetween() {
        RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
        double high = frequencyOfWavelength(2047);
        double low = frequencyOfWavelength(8193);
        assertThat(scaling.scale(high)).isEqualTo(high);
        assertThat(scaling.scale(low)).isEqualTo(low / 8);
        // Half-way between the bounds: 8192 / wavelength = 2.5, so half of the frequency is kept and half divided by 8.
        double middle = frequencyOfWavelength(8192 / 2.5);
        assertThat(scaling.scale(middle)).isCloseTo(middle * 0.5625, within(1e-15));
    }

    @Test
    void frequenciesFallFromOneGeometrically() {
        double[] frequencies = Models.llama().rotaryFrequencies();
        assertThat(frequencies).containsExactly(new double[] {1, 0.01}, within(1e-15));
        assertThat(new RopeScaling.Linear(4).scale(0.5)).isEqualTo(0.125);
    }
}
