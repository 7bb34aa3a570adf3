package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;

class CheckpointSnapshotTest {

    private static final ModelConfig CONFIG = Models.llama();
    private static final WeightLayout LAYOUT = WeightLayout.of(CONFIG);

    /** Off-heap memory, like that of an engine. */
    private final Map<WeightSpec, FloatBuffer> live = new HashMap<>();

    @TempDir
    Path directory;

    private Path source;

    @BeforeEach
    void makeSource() {
        source = directory.resolve("source");
        CheckpointInitializer.initialize(source, CONFIG, 5);
        for (WeightSpec spec : LAYOUT.all()) {
            live.put(
                    spec,
                    ByteBuffer.allocateDirect(Math.toIntExact(spec.size() * Float.BYTES))
                            .asFloatBuffer());
        }
        fill(0.3f);
    }

    private void fill(float value) {
        for (FloatBuffer weights : live.values()) {
            for (int i = 0; i < weights.capacity(); i++) {
                weights.put(i, value + i);
            }
        }
    }

    private List<SafetensorsWriter.Entry> entries() {
        return LAYOUT.all().stream()
                .map(spec -> new SafetensorsWriter.Entry(
                        "first." + spec.name(), DType.F32, spec.shape(), () -> live.get(spec)))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void weightsAreCopiedWhenTheSnapshotIsTaken(DType type) throws IOException {
        Path expected = directory.resolve("expected");
        Path first = directory.resolve("first");
        CheckpointWriter.write(expected, source, LAYOUT, type, live::get);
        try (Snapshot snapshot = CheckpointSnapshot.of(source, LAYOUT, type, live::get)) {
            fill(-7);
            snapshot.write(first);
            snapshot.write(first);
        }
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            assertThat(first.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }

    @Test
    void stateAndMetadataAreCopiedWhenTheSnapshotIsTaken() {
        Path expected = directory.resolve("expected.safetensors");
        Path first = directory.resolve("first.safetensors");
        Map<String, String> metadata = new HashMap<>(Map.of("step", "41"));
        SafetensorsWriter.write(expected, entries(), metadata);
        try (Snapshot snapshot = CheckpointSnapshot.ofState(entries(), metadata)) {
            fill(-7);
            metadata.put("step", "42");
            snapshot.write(first);
            snapshot.write(first);
        }
        assertThat(first).hasSameBinaryContentAs(expected);
    }

    @Test
    void onlyWhatLiesBetweenPositionAndLimitIsCopied() {
        FloatBuffer values =
                FloatBuffer.wrap(new float[] {9, 1, 2, 9}).position(1).limit(3);
        Path file = directory.resolve("state");
        try (Snapshot snapshot = CheckpointSnapshot.ofState(
                List.of(new SafetensorsWriter.Entry("v", DType.F32, List.of(2), () -> values)), Map.of())) {
            snapshot.write(file);
        }
        float[] read = new float[2];
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            saved.read("v", FloatBuffer.wrap(read));
        }
        assertThat(read).containsExactly(1, 2);
        assertThat(values.position()).as("the position of the source").isEqualTo(1);
    }

    @Test
    void theConfigurationIsReadWhenTheSnapshotIsWritten() throws IOException {
        Path target = directory.resolve("target");
        try (Snapshot snapshot = CheckpointSnapshot.of(source, LAYOUT, DType.F32, live::get)) {
            byte[] config = Files.readAllBytes(source.resolve("config.json"));
            Files.delete(source.resolve("config.json"));
            assertThatThrownBy(() -> snapshot.write(target))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("configuration of the source");
            assertThat(target).doesNotExist();
            Files.write(source.resolve("config.json"), config);
            snapshot.write(target);
        }
        assertThat(ModelConfigReader.read(target)).isEqualTo(CONFIG);
    }

    @Test
    void runningOutOfMemoryIsACheckpointException() {
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        assertThatThrownBy(() -> CheckpointSnapshot.of(source, LAYOUT, DType.F32, spec -> {
                    throw full;
                }))
                .isInstanceOf(CheckpointException.class)
                .hasCause(full)
                .hasMessageContaining(
                        "not enough memory to copy \"" + LAYOUT.all().get(0).name() + "\"")
                .hasMessageContaining("-Xmx");
    }

    @Test
    void aClosedSnapshotIsNotWritten() {
        Snapshot snapshot = CheckpointSnapshot.of(source, LAYOUT, DType.F32, live::get);
        snapshot.close();
        snapshot.close();
        assertThatThrownBy(() -> snapshot.write(directory.resolve("never"))).isInstanceOf(IllegalStateException.class);
        assertThat(directory.resolve("never")).doesNotExist();
    }
}
