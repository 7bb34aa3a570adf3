package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;

/** Weights that are read as their files store them, in pieces that threads share. */
class StoredBytesTest {

    private static final int COUNT = 1001;
    private static final int PIECE = 16;

    @TempDir
    private Path directory;

    private Path write(DType type, float... values) {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(
                path,
                List.of(new SafetensorsWriter.Entry("w", type, List.of(values.length), () -> FloatBuffer.wrap(values))),
                Map.of());
        return path;
    }

    private static float[] numbers() {
        float[] values = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = (i % 97 - 48) / 16f;
        }
        return values;
    }

    private static float[] decoded(DType type, ByteBuffer bytes) {
        FloatBuffer values = FloatBuffer.allocate(bytes.remaining() / type.bytes());
        type.decode(bytes.duplicate(), values);
        return values.array();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theBytesAreThoseOfTheElements(DType type) {
        float[] expected = numbers();
        try (SafetensorsFile file = SafetensorsFile.open(write(type, expected), PIECE)) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(COUNT * type.bytes() + 3).position(3);
            file.readStored(file.tensors().get("w"), 0, bytes);
            assertThat(bytes.position()).isEqualTo(3);
            assertThat(decoded(type, bytes)).containsExactly(expected);
            ByteBuffer part = ByteBuffer.allocate(20 * type.bytes());
            file.readStored(file.tensors().get("w"), 37, part);
            assertThat(decoded(type, part)).containsExactly(Arrays.copyOfRange(expected, 37, 57));
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theFirstElementThatIsNotFiniteIsNamed(DType type) {
        for (int at : new int[] {0, 7, 500, COUNT - 1}) {
            float[] values = numbers();
            values[at] = Float.NEGATIVE_INFINITY;
            values[COUNT - 1] = Float.NEGATIVE_INFINITY;
            try (SafetensorsFile file = SafetensorsFile.open(write(type, values), PIECE)) {
                ByteBuffer bytes = ByteBuffer.allocate(COUNT * type.bytes());
                assertThatThrownBy(() -> file.readStored(file.tensors().get("w"), 0, bytes))
                        .isInstanceOf(NumericalException.class)
                        .hasMessageContaining("holds -Infinity at element " + at + ":");
            }
        }
    }

    @Test
    void anInterruptedReaderIsCancelled() {
        try (SafetensorsFile file = SafetensorsFile.open(write(DType.F32, numbers()), PIECE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.readStored(file.tensors().get("w"), 0, ByteBuffer.allocate(4 * COUNT)))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void everyWeightOfACheckpointIsReadAsItIsStored() {
        ModelConfig config = Models.qwen3();
        CheckpointInitializer.initialize(directory, config, 3);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            for (WeightSpec weight : checkpoint.layout().all()) {
                assertThat(checkpoint.storedType(weight)).contains(DType.F32);
                FloatBuffer expected = FloatBuffer.allocate((int) weight.size());
                checkpoint.read(weight, expected);
                ByteBuffer bytes = ByteBuffer.allocate(4 * (int) weight.size());
                checkpoint.readStored(weight, bytes);
                assertThat(bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()).isEqualTo(expected);
            }
            WeightSpec norm = checkpoint.layout().all().get(WeightLayout.FINAL_NORM);
            assertThatThrownBy(() -> checkpoint.readStored(norm, ByteBuffer.allocate(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("target has room for 3 bytes");
        }
    }
}
