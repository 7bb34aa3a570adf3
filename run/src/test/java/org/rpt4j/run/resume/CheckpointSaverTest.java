package org.rpt4j.run.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.tck.reference.ReferencePolicy;

class CheckpointSaverTest {

    private static final StorageException FULL = new StorageException("metrics.jsonl: No space left on device");

    @TempDir
    private Path folder;

    static Stream<CheckpointPart> failingParts() {
        return Stream.of(
                new CheckpointPart("recording", () -> {
                    throw FULL;
                }),
                new CheckpointPart("recording", () -> new byte[0], () -> {
                    throw FULL;
                }));
    }

    @ParameterizedTest
    @MethodSource("failingParts")
    void aPartWhoseFilesFailIsACheckpointThatFails(CheckpointPart part) {
        CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"));
        CheckpointSettings settings = CheckpointSettings.builder(new Retention(1, false))
                .identity(Map.of())
                .background(false)
                .parts(List.of(part))
                .build();
        try (ReferencePolicy policy =
                        new ReferencePolicy(ModelSource.directory(TinyCheckpoint.write(folder.resolve("model"))));
                Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER);
                CheckpointSaver saver = new CheckpointSaver(store, policy, optimizer, settings)) {
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> saver.save(TrainerState.at(1)))
                    .withMessage(FULL.getMessage())
                    .withCause(FULL);
        }
        assertThat(store.steps()).isEmpty();
    }
}
