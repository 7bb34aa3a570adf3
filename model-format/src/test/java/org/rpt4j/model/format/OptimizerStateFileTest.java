package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;

class OptimizerStateFileTest {

    private static final WeightLayout LAYOUT = WeightLayout.of(Models.llama());
    private static final String GATE = "model.layers.1.mlp.gate_proj.weight";

    @TempDir
    Path directory;

    /** Every value encodes which moment of which weight it belongs to, and its position. */
    private static final OptimizerStateFile.Moments MOMENTS = new OptimizerStateFile.Moments() {
        @Override
        public FloatBuffer first(int weight) {
            return values(weight, 0.25f);
        }

        @Override
        public FloatBuffer second(int weight) {
            return values(weight, 0.5f);
        }
    };

    private static FloatBuffer values(int weight, float offset) {
        FloatBuffer values = buffer(weight);
        for (int i = 0; i < values.limit(); i++) {
            values.put(i, 1000 * weight + i + offset);
        }
        return values;
    }

    private static FloatBuffer buffer(int weight) {
        return FloatBuffer.allocate(Math.toIntExact(LAYOUT.all().get(weight).size()));
    }

    private Path written() {
        Path file = directory.resolve("state.safetensors");
        OptimizerStateFile.write(file, LAYOUT.all(), 41, MOMENTS);
        return file;
    }

    /** Rewrites the state with other entries and metadata. */
    private Path changed(List<SafetensorsWriter.Entry> entries, Map<String, String> metadata) {
        Path file = directory.resolve("changed.safetensors");
        SafetensorsWriter.write(file, entries, metadata);
        return file;
    }

    private static List<SafetensorsWriter.Entry> entries() {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < LAYOUT.all().size(); i++) {
            int weight = i;
            WeightSpec spec = LAYOUT.all().get(i);
            entries.add(new SafetensorsWriter.Entry(
                    "first_moment." + spec.name(), DType.F32, spec.shape(), () -> MOMENTS.first(weight)));
            entries.add(new SafetensorsWriter.Entry(
                    "second_moment." + spec.name(), DType.F32, spec.shape(), () -> MOMENTS.second(weight)));
        }
        return entries;
    }

    private static void replace(List<SafetensorsWriter.Entry> entries, String name, DType dtype, List<Integer> shape) {
        entries.replaceAll(e -> e.name().equals(name) ? new SafetensorsWriter.Entry(name, dtype, shape, e.data()) : e);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> OptimizerStateFile.open(file, LAYOUT.all()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void aWrittenStateReadsBackEqual() {
        try (OptimizerStateFile state = OptimizerStateFile.open(written(), LAYOUT.all())) {
            assertThat(state.stepCount()).isEqualTo(41);
            for (int i = 0; i < LAYOUT.all().size(); i++) {
                FloatBuffer first = buffer(i);
                FloatBuffer second = buffer(i);
                state.readFirst(i, first);
                state.readSecond(i, second);
                assertThat(first).isEqualTo(MOMENTS.first(i));
                assertThat(second).isEqualTo(MOMENTS.second(i));
            }
        }
    }

    @Test
    void theFormatIsThatOfEarlierVersions() throws IOException {
        assertThat(written()).hasSameBinaryContentAs(changed(entries(), Map.of("step", "41")));
    }

    @Test
    void aSnapshotWritesTheSameBytes() {
        Path later = directory.resolve("later.safetensors");
        try (Snapshot snapshot = OptimizerStateFile.snapshot(LAYOUT.all(), 41, MOMENTS)) {
            snapshot.write(later);
        }
        assertThat(later).hasSameBinaryContentAs(written());
    }

    @Test
    void aTransposedMomentIsRefusedByName() {
        List<SafetensorsWriter.Entry> entries = entries();
        replace(entries, "first_moment." + GATE, DType.F32, List.of(16, 24));
        assertRefused(
                changed(entries, Map.of("step", "41")),
                "first_moment." + GATE + " is of shape [16, 24], expected [24, 16]");
    }

    @Test
    void aMissingMomentIsRefusedByName() {
        List<SafetensorsWriter.Entry> entries = entries();
        entries.removeIf(e -> e.name().equals("second_moment." + GATE));
        assertRefused(
                changed(entries, Map.of("step", "41")), "second_moment." + GATE + " is missing, expected [24, 16]");
    }

    @Test
    void theStateOfADeeperModelIsRefusedByName() {
        List<SafetensorsWriter.Entry> entries = entries();
        entries.add(new SafetensorsWriter.Entry(
                "first_moment.model.layers.2.input_layernorm.weight",
                DType.F32,
                List.of(1),
                () -> FloatBuffer.allocate(1)));
        assertRefused(
                changed(entries, Map.of("step", "41")),
                "this model has no weight for 1 of its tensors, such as"
                        + " [first_moment.model.layers.2.input_layernorm.weight]");
    }

    @Test
    void aMomentOfLowerPrecisionIsRefusedByName() {
        List<SafetensorsWriter.Entry> entries = entries();
        replace(entries, "first_moment." + GATE, DType.BF16, List.of(24, 16));
        assertRefused(
                changed(entries, Map.of("step", "41")), "first_moment." + GATE + " is of type BF16, expected F32");
    }

    @Test
    void aStateWithoutAStepCountIsRefused() {
        assertRefused(changed(entries(), Map.of("format", "pt")), "its metadata has [format], not a number under");
        assertRefused(changed(entries(), Map.of("step", "-1")), "its metadata has the step \"-1\", expected a number");
    }

    @Test
    void aFileThatIsNotAStateIsRejected() throws IOException {
        assertRefused(directory.resolve("absent"), "cannot restore the optimizer from");
        assertRefused(Files.writeString(directory.resolve("noise"), "not a state"), "cannot restore the optimizer");
    }
}
