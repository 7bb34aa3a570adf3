package org.rpt4j.run.directory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.core.train.TrainingEvent;

/**
 * One line of {@code events.jsonl}: what happened beside the updates.
 *
 * @param kind what happened
 * @param step the step in which it happened or which it followed; the one that comes next for a checkpoint and a pause
 * @param seconds time since the run began
 * @param metric name of the metric that was validated, or of the alarm; empty otherwise
 * @param values numbers by name; NaN where there is nothing to measure
 * @param message what was seen and what to do; empty where the kind says it all
 */
public record EventRecord(
        Kind kind, long step, double seconds, String metric, Map<String, Double> values, String message) {

    /** Kinds of events. */
    public enum Kind {
        /** Dynamic sampling spent its budget: {@link #WANTED}, {@link #FOUND}, {@link #STARVED_STEPS}. */
        STARVED,
        /** An {@link org.rpt4j.core.alarm.Alarm} was raised: its name is the metric. */
        ALARM_RAISED,
        /** An alarm was cleared: its name is the metric. */
        ALARM_CLEARED,
        /** A metric was measured: {@link #VALUE}, {@link #BEST}, {@link #BEST_STEP}. */
        VALIDATED,
        /** A checkpoint was saved. */
        CHECKPOINT_SAVED,
        /** A checkpoint could not be saved: {@link #FAILURES}; the message says why. */
        CHECKPOINT_FAILED,
        /** Something went wrong with a batch, which the folder {@code failed-batches} keeps; the message says what. */
        BATCH_FAILED,
        /** The memory did not suffice for a pass of training: {@link #TOKENS}, {@link #REDUCED_TOKENS}. */
        MICRO_BATCH_REDUCED,
        /** The run began with this step: 0 for a new run, else that of the checkpoint it goes on from. */
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

    /** The line for an event; empty if it has its place in another file. */
    static Optional<EventRecord> of(TrainingEvent event, double seconds) {
        if (event instanceof TrainingEvent.SamplingStarved starved) {
            return Optional.of(new EventRecord(
                    Kind.STARVED,
                    starved.step(),
                    seconds,
                    "",
                    Map.of(
                            WANTED, (double) starved.metrics().wanted(),
                            FOUND, (double) starved.metrics().found(),
                            STARVED_STEPS, (double) starved.metrics().starvedSteps()),
                    ""));
        } else if (event instanceof TrainingEvent.AlarmRaised raised) {
            return Optional.of(new EventRecord(
                    Kind.ALARM_RAISED, raised.step(), seconds, raised.alarm().name(), Map.of(), raised.message()));
        } else if (event instanceof TrainingEvent.AlarmCleared cleared) {
            return Optional.of(new EventRecord(
                    Kind.ALARM_CLEARED, cleared.step(), seconds, cleared.alarm().name(), Map.of(), ""));
        } else if (event instanceof TrainingEvent.Validated validated) {
            return Optional.of(new EventRecord(
                    Kind.VALIDATED,
                    validated.step(),
                    seconds,
                    validated.metric(),
                    Map.of(VALUE, validated.value(), BEST, validated.best(), BEST_STEP, (double) validated.bestStep()),
                    ""));
        } else if (event instanceof TrainingEvent.CheckpointSaved saved) {
            return Optional.of(new EventRecord(Kind.CHECKPOINT_SAVED, saved.nextStep(), seconds, "", Map.of(), ""));
        } else if (event instanceof TrainingEvent.CheckpointFailed failed) {
            return Optional.of(new EventRecord(
                    Kind.CHECKPOINT_FAILED,
                    failed.nextStep(),
                    seconds,
                    "",
                    Map.of(FAILURES, (double) failed.failures()),
                    String.valueOf(failed.error().getMessage())));
        } else if (event instanceof TrainingEvent.BatchFailed failed) {
            String message = failed.batch().reason() + ": " + failed.batch().detail() + "; "
                    + failed.batch().size();
            return Optional.of(new EventRecord(Kind.BATCH_FAILED, failed.step(), seconds, "", Map.of(), message));
        } else if (event instanceof TrainingEvent.MicroBatchReduced reduced) {
            return Optional.of(new EventRecord(
                    Kind.MICRO_BATCH_REDUCED,
                    reduced.step(),
                    seconds,
                    "",
                    Map.of(TOKENS, (double) reduced.tokens(), REDUCED_TOKENS, (double) reduced.reducedTokens()),
                    ""));
        } else if (event instanceof TrainingEvent.RunStarted started) {
            return Optional.of(new EventRecord(Kind.STARTED, started.startStep(), seconds, "", Map.of(), ""));
        } else if (event instanceof TrainingEvent.RunPaused paused) {
            return Optional.of(new EventRecord(Kind.PAUSED, paused.nextStep(), seconds, "", Map.of(), ""));
        } else if (event instanceof TrainingEvent.RunResumed resumed) {
            return Optional.of(new EventRecord(Kind.RESUMED, resumed.nextStep(), seconds, "", Map.of(), ""));
        }
        return Optional.empty();
    }

    /** A number; NaN if the event does not have it. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
