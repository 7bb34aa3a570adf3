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
     * Follows from other keys.
     *
     * @param rule the words for it, such as {@code as backend.precision asks}
     * @param value from the other values
     */
    record Derived<T>(String rule, Function<Values, T> value) implements Default<T> {}

    /**
     * Nothing: the key may be left out.
     *
     * @param meaning what happens without it
     */
    record Absent<T>(String meaning) implements Default<T> {}

    /** Nothing: a value has to be given. */
    record Required<T>() implements Default<T> {}
}
