package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.core.phase.Progress;

class ListenersTest {

    private static final TrainingEvent EVENT =
            new TrainingEvent.StepSkipped(1, SkipReason.NO_LIVE_GROUPS, new Progress(1, 2, Duration.ZERO));

    @Test
    void theFirstFailureOfAListenerIsLoggedOnce() {
        EventLog log = new EventLog();
        Listeners listeners = new Listeners(List.of(
                new TrainingListener() {
                    @Override
                    public void onEvent(TrainingEvent event) {
                        throw new IllegalStateException("broken observer");
                    }
                },
                log));
        String logged = StandardError.captured(() -> {
            listeners.emit(EVENT);
            listeners.emit(EVENT);
            listeners.emit(EVENT);
        });
        assertThat(log.events).containsExactly(EVENT, EVENT, EVENT);
        assertThat(logged).containsOnlyOnce("broken observer").contains("StepSkipped");
    }

    @Test
    void aListenerThatInterruptsTheRunIsNamed() {
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onEvent(TrainingEvent event) {
                Thread.currentThread().interrupt();
            }
        };
        String logged = StandardError.captured(() ->
                new Listeners(List.of(new TrainingListener() {}, interrupting, new TrainingListener() {})).emit(EVENT));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(logged)
                .containsOnlyOnce("interrupted the run on StepSkipped")
                .contains(interrupting.getClass().getName());
    }

    @Test
    void errorsOfTheMachineAreNotHidden() {
        Listeners listeners = new Listeners(List.of(new TrainingListener() {
            @Override
            public void onEvent(TrainingEvent event) {
                throw new OutOfMemoryError("test");
            }
        }));
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> listeners.emit(EVENT));
    }
}
