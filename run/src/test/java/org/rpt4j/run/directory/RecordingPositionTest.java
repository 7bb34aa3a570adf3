package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.CheckpointException;

class RecordingPositionTest {

    @Test
    void aPositionThatLeadsOutOfTheDirectoryIsRefused() {
        for (String name : new String[] {"../letter", "events.out.tfevents./../../letter", "/etc/letter", "..", ""}) {
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> RecordingPosition.parse(
                            ("{\"bytes\":{\"" + name + "\":0},\"steps\":0,\"seconds\":0,\"flops\":0}")
                                    .getBytes(StandardCharsets.UTF_8)))
                    .withMessageContaining("no position of a recording");
        }
        for (String json : new String[] {"null", "", "{\"bytes\":{\"metrics.jsonl\":null},\"steps\":1}"}) {
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> RecordingPosition.parse(json.getBytes(StandardCharsets.UTF_8)))
                    .withMessageContaining("no position of a recording");
        }
    }

    @Test
    void aFileOfLessThanNothingIsRefused() {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> RecordingPosition.parse("{\"bytes\": {\"a\": -1}}".getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("no position");
    }
}
