package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;

class SafetensorsRoundTripTest {

    @TempDir
    Path directory;

    private static SafetensorsWriter.Entry entry(String name, DType type, List<Integer> shape, float... values) {
        return new SafetensorsWriter.Entry(name, type, shape, () -> FloatBuffer.wrap(values));
    }

    private static float[] read(SafetensorsFile file, String name) {
        FloatBuffer values = FloatBuffer.allocate((int) file.tensors().get(name).size());
        file.read(name, values);
        assertThat(values.position()).isZero();
        return values.array();
    }

    @Test
    void namesShapesTypesValuesAndMetadataComeBack() {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(
                path,
                List.of(
                        entry("odd", DType.BF16, List.of(3), 1f, -2.5f, 0x1p-130f),
                        entry("matrix \"q\" \u00e9", DType.F32, List.of(2, 3), 1, 2, 3, 4, 5, 0.1f),
                        entry("scalar", DType.F16, List.of(), 0x1p-24f),
                        entry("empty", DType.F32, List.of(0, 7))),
                Map.of("format", "pt", "step", "17"));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors().values())
                    .containsExactly(
                            new TensorInfo("odd", "BF16", List.of(3L), 0, 6),
                            new TensorInfo("matrix \"q\" \u00e9", "F32", List.of(2L, 3L), 6, 30),
                            new TensorInfo("scalar", "F16", List.of(), 30, 32),
                            new TensorInfo("empty", "F32", List.of(0L, 7L), 32, 32));
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "step", "17"));
            assertThat(read(file, "odd")).containsExactly(1f, -2.5f, 0x1p-130f);
            assertThat(read(file, "matrix \"q\" \u00e9")).containsExactly(1, 2, 3, 4, 5, 0.1f);
            assertThat(read(file, "scalar")).containsExactly(0x1p-24f);
            assertThat(read(file, "empty")).isEmpty();
        }
    }

    /** The third element lies in the second piece of 4 bytes. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void anElementThatIsNotFiniteIsRefusedByName(DType type) {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            Path path = directory.resolve("a.safetensors");
            SafetensorsWriter.write(path, List.of(entry("w", type, List.of(4), 1, 2, bad, 4)), Map.of());
            try (SafetensorsFile file = SafetensorsFile.open(path, 4)) {
                FloatBuffer target = FloatBuffer.allocate(6).position(1).limit(5);
                assertThatThrownBy(() -> file.read("w", target))
                        .isInstanceOf(NumericalException.class)
                        .hasMessageContaining("tensor \"w\" [4]")
                        .hasMessageContaining(bad + " at element 2");
            }
        }
    }

    @Test
    void theHeaderIsPaddedWithSpacesToEightBytes() throws IOException {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", DType.F32, List.of(1), 1f)), Map.of());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong(0);
        String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
        assertThat(length % 8).isZero();
        assertThat(header.strip()).isEqualTo("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
        assertThat(bytes.capacity()).isEqualTo(8 + length + 4);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void tensorsLongerThanChunksAndSegmentsComeBackWhole(DType type) {
        float[] values = new float[3 * (1 << 16) + 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 256 - 100;
        }
        Path path = directory.resolve("long.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", type, List.of(values.length), values)), Map.of());
        try (SafetensorsFile file = SafetensorsFile.open(path, 4096)) {
            assertThat(read(file, "x")).isEqualTo(values);
        }
    }

    @Test
    void aPartOfALargerBufferCanBeRead() {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", DType.BF16, List.of(2), 3f, 4f)), Map.of());
        float[] all = {9, 9, 9, 9};
        FloatBuffer target = FloatBuffer.wrap(all).position(1).limit(3);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.read("x", target);
        }
        assertThat(all).containsExactly(9, 3, 4, 9);
        assertThat(target.remaining()).isEqualTo(2);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the file is sparse, and would take 5 GB there")
    void tensorsBeyondFourGigabytesAreReadAndOtherTypesListed() throws IOException {
        long filler = 5_000_000_000L;
        byte[] header = ("{\"filler\":{\"dtype\":\"U8\",\"shape\":[" + filler + "],\"data_offsets\":[0," + filler
                        + "]},\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + filler + "," + (filler + 4)
                        + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        Path path = directory.resolve("sparse.safetensors");
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(start.putLong(header.length).put(header).flip());
            ByteBuffer value =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 42.5f);
            channel.write(value, 8 + header.length + filler);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(read(file, "x")).containsExactly(42.5f);
            assertThat(file.tensors().get("filler").size()).isEqualTo(filler);
            assertThatThrownBy(() -> file.read("filler", FloatBuffer.allocate(1)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("sparse.safetensors: tensor \"filler\": dtype \"U8\" is not supported");
        }
    }

    @Test
    void readingRejectsAWrongSize() throws IOException {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", DType.F32, List.of(2), 1, 2)), Map.of());
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThatThrownBy(() -> file.read("x", FloatBuffer.allocate(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target has room for 3 values, tensor \"x\" [2]")
                .hasMessageEndingWith("has 2");
        assertThatThrownBy(() -> file.read("y", FloatBuffer.allocate(2)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no tensor named \"y\" among its 1");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 4);
        }
        assertThatThrownBy(() -> file.read("x", FloatBuffer.allocate(2)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("changed while it was open");
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read("x", FloatBuffer.allocate(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void anInterruptedReaderIsCancelledAndStaysInterrupted() {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", DType.F32, List.of(1), 1)), Map.of());
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.read("x", FloatBuffer.allocate(1)))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void writingRejectsWhatItCannotStoreAndLeavesTheOldFile() throws IOException {
        Path path = directory.resolve("a.safetensors");
        SafetensorsWriter.write(path, List.of(entry("x", DType.F32, List.of(1), 1)), Map.of());
        byte[] before = Files.readAllBytes(path);
        assertThatThrownBy(
                        () -> SafetensorsWriter.write(path, List.of(entry("x", DType.F16, List.of(1), 1e6f)), Map.of()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor \"x\": 1000000.0 is too large for F16. Save as F32.");
        assertThatThrownBy(() ->
                        SafetensorsWriter.write(path, List.of(entry("x", DType.F32, List.of(2, 2), 1)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor \"x\" has 1 values; its shape [2, 2] has 4");
        SafetensorsWriter.Entry twice = entry("x", DType.F32, List.of(1), 1);
        assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(twice, twice), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two entries have the name \"x\"");
        assertThatThrownBy(() -> entry("__metadata__", DType.F32, List.of(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reserves");
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(path);
        }
    }
}
