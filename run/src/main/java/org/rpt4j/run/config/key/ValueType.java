package org.rpt4j.run.config.key;

import java.util.List;

/**
 * The values that a key may have: how they are read, written and described. Immutable and thread-safe. What {@link
 * #format} writes, {@link #parse(String)} reads as an equal value.
 *
 * @param <T> type of the values
 */
public interface ValueType<T> {

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if it is none; the message begins with the text that was found
     */
    T parse(String text);

    /**
     * Reads a value that a file gives as a list.
     *
     * @throws IllegalArgumentException if it is none, or a single value is wanted
     */
    default T parse(List<String> elements) {
        throw new IllegalArgumentException(elements + " is a list, must be one value: " + describe());
    }

    /** Writes a value. */
    String format(T value);

    /** What may stand there, for people, such as {@code whole number, at least 1}. */
    String describe();
}
