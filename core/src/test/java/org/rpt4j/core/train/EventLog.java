package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;

/** Records every event. */
final class EventLog implements TrainingListener {

    final List<TrainingEvent> events = new ArrayList<>();

    @Override
    public void onEvent(TrainingEvent event) {
        events.add(event);
    }

    <E extends TrainingEvent> List<E> of(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<StepMetrics> steps() {
        return of(TrainingEvent.StepCompleted.class).stream()
                .map(TrainingEvent.StepCompleted::metrics)
                .toList();
    }

    List<SkipReason> skips() {
        return of(TrainingEvent.StepSkipped.class).stream()
                .map(TrainingEvent.StepSkipped::reason)
                .toList();
    }
}
