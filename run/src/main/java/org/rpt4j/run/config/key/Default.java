package org.rpt4j.run.config.key;

import java.util.function.Function;

/**
 * What a key is when nothing gives it a value.
 *
 * @param <T> type of the value
 */
public sealed interface Default<T> {

    /**
     * Always the same.
     *
     * @param value the value
     */
    record Fixed<T>(T value) implements Default<T> {}

    /**
     * Follows from another key.
     *
     * @param from the key that it follows from
     * @param rule how it follows, in words, such as {@code 0 for LINEAR}; empty if it is the same
     * @param value from the other values
     */
    record Derived<T>(Key<?> from, String rule, Function<Values, T> value) implements Default<T> {

        /** In words, such as {@code backend.precision: 1E-4 for FP32, 0.05 for BF16}. */
        public String describe() {
            return rule.isEmpty() ? from.name() : from.name() + ": " + rule;
        }
    }

    /**
     * Nothing: the key may be left out.
     *
     * @param meaning what happens without it
     */
    record Absent<T>(String meaning) implements Default<T> {}

    /** Nothing: a value has to be given. */
    record Required<T>() implements Default<T> {}
}
