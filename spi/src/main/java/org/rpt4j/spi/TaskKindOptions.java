package org.rpt4j.spi;

import java.util.Map;

/**
 * Options of a kind of tasks. Immutable and thread-safe.
 *
 * @param values by name, as the application gave them
 * @since 0.1.0
 */
public record TaskKindOptions(Map<String, String> values) {

    /** No options. */
    public static final TaskKindOptions NONE = new TaskKindOptions(Map.of());

    public TaskKindOptions {
        values = Map.copyOf(values);
    }

    /**
     * An option that is a whole number.
     *
     * @param otherwise its value if the application did not give it
     * @throws IllegalArgumentException if it is none, or out of range
     */
    public int whole(String name, int otherwise, int least, int most) {
        String given = values.get(name);
        if (given == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(given);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw new IllegalArgumentException(
                name + " is \"" + given + "\", must be a whole number from " + least + " to " + most);
    }
}
