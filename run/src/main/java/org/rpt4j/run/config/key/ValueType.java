package org.rpt4j.run.config.key;

import java.util.List;

/**
 * The type of a key's values: how to parse, format and describe them. Immutable and thread-safe. {@link #parse(String)}
 * reads the output of {@link #format} back as an equal value.
 *
 * @param <T> type of the values
 * @since 0.1.0
 */
public interface ValueType<T> {

    /**
     * Parses a value.
     *
     * @throws IllegalArgumentException if the text is invalid; the message begins with the text
     */
    T parse(String text);

    /**
     * Parses a value that a file gives as a list.
     *
     * @throws IllegalArgumentException if the list is invalid, or a single value is expected
     */
    default T parse(List<String> elements) {
        throw new IllegalArgumentException(elements + " is a list, must be one value: " + describe());
    }

    /** Formats a value. */
    String format(T value);

    /** Describes the valid values for readers, for example {@code whole number, at least 1}. */
    String describe();
}
