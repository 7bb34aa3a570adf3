package org.rpt4j.run.launch;

/**
 * A setting with which a run needs less of the machine.
 *
 * @param key its name
 * @param value its value
 * @param was the value that it replaces, with its source
 * @param saved what it saves, after the settings before it
 * @param cost what it costs
 * @since 0.1.0
 */
public record PlannedSetting(String key, String value, String was, String saved, String cost) {

    /** As a line of a configuration. */
    public String line() {
        return key + " = " + value;
    }

    /** What it replaces, saves and costs. */
    public String effect() {
        return "instead of " + was + "; " + saved + "; " + cost;
    }
}
