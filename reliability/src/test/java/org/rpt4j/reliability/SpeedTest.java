package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Precision;

/** How fast a backend multiplies; the bounds hold for any machine and check the unit, not the speed. */
class SpeedTest {

    private static final double LEAST = 1e8;
    private static final double MOST = 1e16;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void nativeMeasuresWhatItMultipliesWith(Precision precision) {
        try (Backend backend = Engines.open(
                "native", options -> options.toBuilder().precision(precision).build())) {
            assertThat(backend.measureSpeed().orElseThrow()).isBetween(LEAST, MOST);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void djlMeasuresWhatItMultipliesWith(Precision precision) {
        try (Backend backend = Engines.open(
                "djl", options -> options.toBuilder().precision(precision).build())) {
            assertThat(backend.measureSpeed().orElseThrow()).isBetween(LEAST, MOST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aClosedBackendDoesNotMeasure(String name) {
        Backend backend = Engines.open(name);
        backend.close();
        assertThatThrownBy(backend::measureSpeed)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
