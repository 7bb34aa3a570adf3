package org.rpt4j.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1.00",
        "-0.0123, −0.0123",
        "123.4, 123",
        "99999, '99,999'",
        "1.5e15, 1.5 · 10¹⁵",
        "2e-7, 2 · 10⁻⁷",
        "-3.14159e20, −3.14 · 10²⁰",
        "NaN, –"
    })
    void threeDigitsAreSignificant(double value, String expected) {
        assertThat(Numbers.significant(value)).isEqualTo(expected);
    }

    @Test
    void differencesHaveTheirSign() {
        assertThat(Numbers.points(0.0234)).isEqualTo("+2.3");
        assertThat(Numbers.points(-0.5)).isEqualTo("−50.0");
        assertThat(Numbers.points(0)).isEqualTo("0.0");
        assertThat(Numbers.points(Double.NaN)).isEqualTo("–");
        assertThat(Numbers.probability(0.0004)).isEqualTo("< 0.001");
        assertThat(Numbers.probability(0.0215)).isEqualTo("0.022");
    }
}
