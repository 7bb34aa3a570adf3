package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JFR events of a run's phases. */
class PhaseEventsTest {

    @Test
    void aRunRecordsItsPhases(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.jfr");
        EventLog log = new EventLog();
        try (Recording recording = new Recording()) {
            for (String name : List.of("Rollout", "Reward", "Update", "Checkpoint")) {
                recording.enable("rpt4j." + name).withoutThreshold();
            }
            recording.start();
            TinyWorld.trainer(TinyWorld.halfTrainedPolicy(), TinyWorld.settings(2))
                    .checkpoints(new Checkpoints(0, Checkpoints.Action.blocking(state -> {})))
                    .listener(log)
                    .build()
                    .run();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("rpt4j."))
                .toList();
        assertThat(events)
                .extracting(e -> e.getEventType().getName())
                .containsExactly(
                        "rpt4j.Rollout",
                        "rpt4j.Reward",
                        "rpt4j.Update",
                        "rpt4j.Rollout",
                        "rpt4j.Reward",
                        "rpt4j.Update",
                        "rpt4j.Checkpoint");
        StepMetrics second = log.steps().get(1);
        assertThat(events.get(3).getLong("step")).isEqualTo(1);
        assertThat(events.get(3).getLong("items")).isEqualTo(8);
        assertThat(events.get(3).getLong("tokens")).isEqualTo(second.rollouts().tokensGenerated());
        assertThat(events.get(5).getLong("tokens")).isEqualTo(second.update().tokensTrained());
    }
}
