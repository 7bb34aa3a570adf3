package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/** What a backend does with a precision that it is asked for. */
final class PrecisionRules {

    private PrecisionRules() {}

    @Rule(id = "B24", value = "a requested precision is computed within its tolerance, or refused by name")
    static void precision(Fixture f) {
        Map<Precision, double[]> numbers = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            Backend backend;
            try {
                backend = f.openBackend(
                        options -> options.toBuilder().precision(precision).build());
            } catch (UnsupportedCapabilityException e) {
                assertThat(e).as("the refusal of a precision").hasMessageContaining(precision.name());
                continue;
            }
            RoleNumbers asked = new RoleNumbers(
                    f.on(backend),
                    Group.tokens(6, 1),
                    Group.tokens(9, 2),
                    Tolerances.of(precision).logProb());
            asked.assertAll();
            numbers.put(precision, asked.measured());
        }
        assertThat(numbers).as("precisions that the backend computes in").isNotEmpty();
        if (numbers.size() == Precision.values().length) {
            assertThat(numbers.get(Precision.BF16))
                    .as("log-probabilities in BF16: the very numbers of FP32 mean that the request was ignored")
                    .isNotEqualTo(numbers.get(Precision.FP32));
        }
    }
}
