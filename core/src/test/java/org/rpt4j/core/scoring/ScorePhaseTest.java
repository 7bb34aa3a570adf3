package org.rpt4j.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.core.task.FakeProxy;
import org.rpt4j.core.task.TokenizedDocument;

/** The JFR events of scoring. */
class ScorePhaseTest {

    @Test
    void everyBatchIsAnEvent(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("score.jfr");
        FakeProxy proxy = new FakeProxy(8);
        List<TokenizedDocument> documents = List.of(document("long", 20), document("a", 3), document("b", 4));
        try (Recording recording = new Recording()) {
            recording.enable("rpt4j.Scoring").withoutThreshold();
            recording.start();
            assertThat(new CorpusScorer(proxy, ScoringOptions.DEFAULTS, new WindowOptions(8, 2))
                            .withBatchTokens(16)
                            .score(documents))
                    .hasSize(3);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().equals("rpt4j.Scoring"))
                .toList();
        assertThat(events)
                .hasSameSizeAs(proxy.calls)
                .extracting(e -> e.getLong("step"))
                .containsOnly(-1L);
        // windows 0-8 and 6-14 of the long document, then 12-20 with "a" and "b"
        assertThat(events).extracting(e -> e.getLong("items")).containsExactly(1L, 3L);
        assertThat(events)
                .extracting(e -> e.getLong("tokens"))
                .as("positions decided")
                .containsExactly(14L, 13L);
    }

    private static TokenizedDocument document(String id, int length) {
        return new TokenizedDocument(id, IntStream.range(100, 100 + length).toArray());
    }
}
