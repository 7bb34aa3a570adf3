package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.SkipReason;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.model.format.JsonFields;

class StepEventTest {

    static Stream<StepEvent> events() {
        return Stream.concat(
                Stream.of(StepEvent.COMPLETED, StepEvent.SUPERVISED),
                Arrays.stream(SkipReason.values()).map(StepEvent.Skipped::new));
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyEventIsReadAsItWasWritten(StepEvent event) throws Exception {
        assertThat(StepEvent.parse(event.text())).isEqualTo(event);

        byte[] line = JsonLines.line(new StepRecord(3, event, 1.5, Map.of()));

        assertThat(RecordReader.step(JsonFields.parse(line, "line", StorageException::new))
                        .event())
                .isEqualTo(event);
    }

    /** Runs on the disk hold these. */
    @ParameterizedTest
    @CsvSource({"completed", "supervised", "skipped: NO_LIVE_GROUPS", "skipped: NON_FINITE_LOSS"})
    void theTextsInTheFileStay(String text) throws Exception {
        StepRecord record = new StepRecord(3, StepEvent.parse(text), 1.5, Map.of());

        assertThat(new String(JsonLines.line(record), StandardCharsets.UTF_8))
                .isEqualTo("{\"step\":3,\"event\":\"" + text + "\",\"seconds\":1.5,\"values\":{}}\n");
    }

    @Test
    void anUnknownTextIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StepEvent.parse("skipped: "))
                .withMessage("No step ends with \"skipped: \". Known: completed, supervised, skipped: NO_LIVE_GROUPS,"
                        + " skipped: NON_FINITE_LOG_PROBS, skipped: NON_FINITE_LOSS, skipped: NON_FINITE_GRADIENT.");
        byte[] line = "{\"step\":3,\"event\":\"done\",\"seconds\":1.5,\"values\":{}}".getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RecordReader.step(JsonFields.parse(line, "line", StorageException::new)))
                .withMessageContaining("No step ends with \"done\"");
    }

    @Test
    void everyOutcomeOfTrainingHasItsEnd() {
        for (TrainingResult.Outcome outcome : TrainingResult.Outcome.values()) {
            assertThat(RunEnd.Outcome.of(outcome).name()).isEqualTo(outcome.name());
        }
    }
}
