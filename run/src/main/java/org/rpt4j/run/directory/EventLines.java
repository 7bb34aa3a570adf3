package org.rpt4j.run.directory;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.directory.EventRecord.Kind;
import org.rpt4j.run.health.HealthListener;
import org.rpt4j.run.health.HealthWarning;

/** Turns events into lines of {@code events.jsonl}; an event that has its place in another file gives none. */
final class EventLines implements TrainingListener, HealthListener {

    private final DoubleSupplier seconds;
    private final Consumer<EventRecord> lines;

    /** @param seconds time since the run began */
    EventLines(DoubleSupplier seconds, Consumer<EventRecord> lines) {
        this.seconds = seconds;
        this.lines = lines;
    }

    private void line(Kind kind, long step, String metric, Map<String, Double> values, String message) {
        lines.accept(new EventRecord(kind, step, seconds.getAsDouble(), metric, values, message));
    }

    private void line(Kind kind, long step) {
        line(kind, step, "", Map.of(), "");
    }

    @Override
    public void samplingStarved(TrainingEvent.SamplingStarved event) {
        Map<String, Double> values = Map.of(
                EventRecord.WANTED, (double) event.metrics().wanted(),
                EventRecord.FOUND, (double) event.metrics().found(),
                EventRecord.STARVED_STEPS, (double) event.metrics().starvedSteps());
        line(Kind.STARVED, event.step(), "", values, "");
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        line(Kind.WARNING_RAISED, event.step(), event.check().name(), Map.of(), event.message());
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        line(Kind.WARNING_CLEARED, event.step(), event.check().name(), Map.of(), "");
    }

    @Override
    public void validated(TrainingEvent.Validated event) {
        Map<String, Double> values = Map.of(
                EventRecord.VALUE, event.value(),
                EventRecord.BEST, event.best(),
                EventRecord.BEST_STEP, (double) event.bestStep());
        line(Kind.VALIDATED, event.step(), event.metric(), values, "");
    }

    @Override
    public void checkpointSaved(TrainingEvent.CheckpointSaved event) {
        line(Kind.CHECKPOINT_SAVED, event.nextStep());
    }

    @Override
    public void checkpointFailed(TrainingEvent.CheckpointFailed event) {
        line(
                Kind.CHECKPOINT_FAILED,
                event.nextStep(),
                "",
                Map.of(EventRecord.FAILURES, (double) event.failures()),
                String.valueOf(event.error().getMessage()));
    }

    @Override
    public void batchFailed(TrainingEvent.BatchFailed event) {
        String message = event.batch().reason() + ": " + event.batch().detail() + "; "
                + event.batch().size();
        line(Kind.BATCH_FAILED, event.step(), "", Map.of(), message);
    }

    @Override
    public void microBatchReduced(TrainingEvent.MicroBatchReduced event) {
        Map<String, Double> values =
                Map.of(EventRecord.TOKENS, (double) event.tokens(), EventRecord.REDUCED_TOKENS, (double)
                        event.reducedTokens());
        line(Kind.MICRO_BATCH_REDUCED, event.step(), "", values, "");
    }

    @Override
    public void runStarted(TrainingEvent.RunStarted event) {
        line(Kind.STARTED, event.startStep());
    }

    @Override
    public void runPaused(TrainingEvent.RunPaused event) {
        line(Kind.PAUSED, event.nextStep());
    }

    @Override
    public void runResumed(TrainingEvent.RunResumed event) {
        line(Kind.RESUMED, event.nextStep());
    }
}
