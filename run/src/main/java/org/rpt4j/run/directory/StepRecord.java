package org.rpt4j.run.directory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param step number of the step
 * @param event how it ended
 * @param seconds time since the run began
 * @param values metrics by name, see {@link StepValues}; NaN where there is nothing to measure
 * @since 0.1.0
 */
public record StepRecord(long step, StepEvent event, double seconds, Map<String, Double> values) {

    public StepRecord {
        Map<String, Double> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> copy.put(name, value == null ? Double.NaN : value));
        values = Collections.unmodifiableMap(copy);
    }

    /** A metric; NaN if the step does not have it. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
