package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Workload;
import org.rpt4j.backend.jni.NativeOperations;
import org.rpt4j.run.launch.OperationCount;

/** The estimated operations of a call are those that the native engine counts during the call. */
class OperationCountTest {

    private static final Percentage ALLOWED = Percentage.withPercentage(20);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "WIDE_VOCABULARY, SCORE, 6, 0, 200, 0, false",
        "WIDE_VOCABULARY, GENERATE, 3, 4, 60, 24, false",
        "WIDE_VOCABULARY, LOG_PROBS, 3, 4, 60, 24, false",
        "WIDE_VOCABULARY, TRAIN, 2, 4, 60, 24, false",
        "WIDE_VOCABULARY, TRAIN, 2, 4, 60, 24, true",
        "SHARED_HEADS, SCORE, 4, 0, 400, 0, false",
        "SHARED_HEADS, TRAIN, 1, 4, 128, 32, false",
        "DEEP, SCORE, 1, 0, 1000, 0, false",
        "DEEP, GENERATE, 2, 8, 200, 16, false",
        "DEEP, TRAIN, 1, 2, 300, 100, false",
        "DEEP, TRAIN, 1, 2, 300, 100, true",
    })
    void theEstimateIsWithinAFifth(
            Shapes shape,
            Capability operation,
            int prompts,
            int completions,
            int prompt,
            int completion,
            boolean again) {
        Workload work = new Workload(operation, prompts, completions, prompt, completion);
        try (Backend backend = Engines.open(
                        "native",
                        options ->
                                options.toBuilder().recomputeActivations(again).build());
                Calls calls = Calls.open(backend, shape.write(folder), List.of(work))) {
            calls.make(work);

            double counted = NativeOperations.of(calls.role());

            double estimate = new OperationCount(shape.config, again).of(work);
            assertThat(estimate).isCloseTo(counted, ALLOWED);
        }
    }
}
