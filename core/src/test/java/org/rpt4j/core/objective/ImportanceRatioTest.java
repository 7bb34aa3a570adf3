package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ImportanceRatioTest {

    private static final double[] NOW = {-1, -2, -0.5};
    private static final double[] OLD = {-1.3, -1.7, -0.8};

    @Test
    void theRatioOfATokenIsItsOwn() {
        assertThat(ImportanceRatio.TOKEN.logRatios(NOW, OLD))
                .containsExactly(new double[] {0.3, -0.3, 0.3}, within(1e-15));
    }

    @Test
    void theRatioOfASequenceIsTheGeometricMean() {
        double mean = Math.log(Math.cbrt(Math.exp(-3.5) / Math.exp(-3.8)));
        assertThat(ImportanceRatio.SEQUENCE.logRatios(NOW, OLD))
                .containsExactly(new double[] {mean, mean, mean}, within(1e-15));
    }
}
