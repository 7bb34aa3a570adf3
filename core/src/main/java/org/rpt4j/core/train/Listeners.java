package org.rpt4j.core.train;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers events to all listeners and isolates the run from their failures. */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<TrainingListener> listeners;
    private final Set<Integer> failed = new HashSet<>();

    Listeners(List<TrainingListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    void emit(TrainingEvent event) {
        for (int i = 0; i < listeners.size(); i++) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            try {
                listeners.get(i).onEvent(event);
                if (!interrupted && Thread.currentThread().isInterrupted()) {
                    LOG.warn(
                            "Training listener {} interrupted the run on {}",
                            listeners.get(i).getClass().getName(),
                            event.getClass().getSimpleName());
                }
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                if (failed.add(i)) {
                    LOG.warn(
                            "Training listener {} failed on {}; training continues, and later failures of this "
                                    + "listener are not logged",
                            listeners.get(i).getClass().getName(),
                            event.getClass().getSimpleName(),
                            e);
                }
            }
        }
    }
}
