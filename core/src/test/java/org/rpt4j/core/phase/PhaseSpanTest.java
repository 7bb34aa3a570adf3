package org.rpt4j.core.phase;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhaseSpanTest {

    @TempDir
    private Path folder;

    @Test
    void everyPhaseIsAnEventOfItsOwnName() throws IOException {
        List<RecordedEvent> events = recorded(() -> {
            for (Phase phase : Phase.values()) {
                try (PhaseSpan span = PhaseSpan.begin(phase, phase.ordinal())) {
                    span.count(1, 2);
                    span.count(10 + phase.ordinal(), 20);
                }
            }
        });
        assertThat(events)
                .extracting(e -> e.getEventType().getName())
                .containsExactly("rpt4j.Scoring", "rpt4j.Rollout", "rpt4j.Reward", "rpt4j.Update", "rpt4j.Checkpoint");
        assertThat(events).extracting(e -> e.getLong("step")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(events).extracting(e -> e.getLong("items")).containsExactly(10L, 11L, 12L, 13L, 14L);
        assertThat(events).allSatisfy(e -> assertThat(e.getLong("tokens")).isEqualTo(20));
    }

    @Test
    void aPhaseThatFailsIsRecorded() throws IOException {
        List<RecordedEvent> events = recorded(() -> {
            try (PhaseSpan span = PhaseSpan.begin(Phase.UPDATE, 7)) {
                span.count(1, 1);
                throw new IllegalStateException("in the phase");
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("in the phase").hasNoSuppressedExceptions();
            }
        });
        assertThat(events)
                .singleElement()
                .satisfies(e -> assertThat(e.getLong("step")).isEqualTo(7));
    }

    private List<RecordedEvent> recorded(Runnable work) throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("Scoring", "Rollout", "Reward", "Update", "Checkpoint")) {
                recording.enable("rpt4j." + name).withoutThreshold();
            }
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("rpt4j."))
                .toList();
    }
}
