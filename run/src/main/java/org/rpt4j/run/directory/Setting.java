package org.rpt4j.run.directory;

/**
 * One setting as it took effect.
 *
 * @param name its name
 * @param value its effective value
 * @param source where the value came from, such as {@code command line}, {@code default} or a file
 */
public record Setting(String name, String value, String source) {

    /** The source of a value that is always the same where none is given. */
    public static final String DEFAULT = "default";

    /** What the source of a value begins with that follows from another setting. */
    public static final String DERIVED = "from ";

    /** Whether the value follows from another setting. */
    public boolean isDerived() {
        return source.startsWith(DERIVED);
    }

    /** Whether the value was given. */
    public boolean isGiven() {
        return !isDerived() && !source.equals(DEFAULT);
    }
}
