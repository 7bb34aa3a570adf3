package org.rpt4j.run.directory;

/**
 * One setting of a run as it took effect.
 *
 * @param name its name
 * @param value its effective value
 * @param status how it came by its value
 * @param source of a given value: where it was given, such as {@code run.yaml:7} or {@code command line}; of a derived
 *     one: the name of the setting that it follows from; of a default: empty
 * @since 0.1.0
 */
public record RecordedSetting(String name, String value, Status status, String source) {

    /** How a setting came by its value. */
    public enum Status {
        /** Somebody gave it. */
        GIVEN,
        /** It follows from another setting. */
        DERIVED,
        /** It is always the same where none is given. */
        DEFAULT
    }

    /** A value that was given at a place. */
    public static RecordedSetting given(String name, String value, String place) {
        return new RecordedSetting(name, value, Status.GIVEN, place);
    }

    /** A value that follows from another setting. */
    public static RecordedSetting derived(String name, String value, String from) {
        return new RecordedSetting(name, value, Status.DERIVED, from);
    }

    /** A default. */
    public static RecordedSetting byDefault(String name, String value) {
        return new RecordedSetting(name, value, Status.DEFAULT, "");
    }

    /** Whether the value was given. */
    public boolean isGiven() {
        return status == Status.GIVEN;
    }

    /** Whether the value follows from another setting. */
    public boolean isDerived() {
        return status == Status.DERIVED;
    }

    /** Where the value came from, for people: a place, {@code default}, or {@code from} another setting. */
    public String origin() {
        return switch (status) {
            case GIVEN -> source;
            case DERIVED -> "from " + source;
            case DEFAULT -> "default";
        };
    }
}
