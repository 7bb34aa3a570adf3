package org.rpt4j.run.config.key;

import java.util.function.Function;

/**
 * The default of a key.
 *
 * @param <T> type of the value
 * @since 0.1.0
 */
public sealed interface Default<T> {

    /**
     * A constant.
     *
     * @param value the value
     */
    record Fixed<T>(T value) implements Default<T> {}

    /**
     * Derived from another key.
     *
     * @param from the key it derives from
     * @param rule the derivation in words, such as {@code 0 for LINEAR}; empty if the value is copied
     * @param value computes the default from the other values
     */
    record Derived<T>(Key<?> from, String rule, Function<Values, T> value) implements Default<T> {

        /** Describes the default, for example {@code backend.precision: 1E-4 for FP32, 0.05 for BF16}. */
        public String describe() {
            return rule.isEmpty() ? from.name() : from.name() + ": " + rule;
        }
    }

    /**
     * No default: the key is optional.
     *
     * @param meaning what happens if the key is left out
     */
    record Absent<T>(String meaning) implements Default<T> {}

    /** No default: the key is required. */
    record Required<T>() implements Default<T> {}
}
