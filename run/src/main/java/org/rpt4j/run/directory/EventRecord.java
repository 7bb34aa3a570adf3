package org.rpt4j.run.directory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of {@code events.jsonl}: what happened beside the updates.
 *
 * @param kind what happened
 * @param step the step in which it happened or which it followed; the one that comes next for a checkpoint and a pause
 * @param seconds time since the run began
 * @param metric name of the metric that was validated, or of the health check that warns; empty otherwise
 * @param values numbers by name; NaN where there is nothing to measure
 * @param message what was seen and what to do; empty where the kind says it all
 * @since 0.1.0
 */
public record EventRecord(
        Kind kind, long step, double seconds, String metric, Map<String, Double> values, String message) {

    /** Kinds of events. */
    public enum Kind {
        /** Dynamic sampling spent its budget: {@link #WANTED}, {@link #FOUND}, {@link #STARVED_STEPS}. */
        STARVED,
        /** A {@link org.rpt4j.run.health.HealthCheck} warns: its name is the metric. Older runs say ALARM_RAISED. */
        WARNING_RAISED,
        /** A health check no longer warns: its name is the metric. Older runs say ALARM_CLEARED. */
        WARNING_CLEARED,
        /** A metric was measured: {@link #VALUE}, {@link #BEST}, {@link #BEST_STEP}. */
        VALIDATED,
        /** A checkpoint was saved. */
        CHECKPOINT_SAVED,
        /** A checkpoint could not be saved: {@link #FAILURES}; the message says why. */
        CHECKPOINT_FAILED,
        /** Something went wrong with a batch, which the folder {@code failed-batches} keeps; the message says what. */
        BATCH_FAILED,
        /** A training pass ran out of memory: {@link #TOKENS}, {@link #REDUCED_TOKENS}. */
        MICRO_BATCH_REDUCED,
        /** The run began with this step: 0 for a new run, else that of the checkpoint it resumes from. */
        STARTED,
        /** The run waits. */
        PAUSED,
        /** The run goes on. */
        RESUMED
    }

    /** Mixed groups that the step wanted. */
    public static final String WANTED = "wanted";
    /** Mixed groups that it got. */
    public static final String FOUND = "found";
    /** Steps in a row, this one included, that got too few. */
    public static final String STARVED_STEPS = "starved_steps";
    /** Tokens of the pass that was too large. */
    public static final String TOKENS = "tokens";
    /** Most tokens of a pass from then on. */
    public static final String REDUCED_TOKENS = "reduced_tokens";
    /** Checkpoints in a row that could not be saved, this one included. */
    public static final String FAILURES = "failures";
    /** The metric of the present weights. */
    public static final String VALUE = "value";
    /** The best value so far. */
    public static final String BEST = "best";
    /** The step after which it was measured; -1 if none was a number. */
    public static final String BEST_STEP = "best_step";

    public EventRecord {
        Map<String, Double> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> copy.put(name, value == null ? Double.NaN : value));
        values = Collections.unmodifiableMap(copy);
    }

    /** A number; NaN if the event does not have it. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
