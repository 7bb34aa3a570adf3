package org.rpt4j.model.format.gguf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.testdata.GgufWriter;

/** Files that are damaged, or made to harm who reads them. */
class HostileGgufTest {

    @TempDir
    Path folder;

    private static GgufWriter twoTensors() {
        return new GgufWriter()
                .put("general.architecture", "llama")
                .tensor("a", List.of(2, 4), new float[8])
                .tensor("b", List.of(3), 1, 2, 3);
    }

    private void assertRefused(byte[] bytes, String... parts) throws IOException {
        Path file = Files.write(folder.resolve("m.gguf"), bytes);
        assertThatThrownBy(() -> GgufFile.open(file, true).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts);
    }

    private void assertRefused(Consumer<ByteBuffer> change, String... parts) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(twoTensors().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        change.accept(bytes);
        assertRefused(bytes.array(), parts);
    }

    private static int find(ByteBuffer bytes, String text) {
        return new String(bytes.array(), ISO_8859_1).indexOf(text);
    }

    /** Where the dimensions of tensor b begin: behind the length and the one letter of its name. */
    private static int dimensionsOfB(ByteBuffer bytes) {
        ByteBuffer name =
                ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).putLong(1).put((byte) 'b');
        return find(bytes, new String(name.array(), ISO_8859_1)) + 9;
    }

    @Test
    void aGoodFileIsRead() throws IOException {
        Path file = twoTensors().write(folder.resolve("m.gguf"));

        try (GgufFile open = GgufFile.open(file, true)) {
            assertThat(open.tensors().get("b").begin()).isEqualTo(32);
            assertThat(open.tensors().get("a").shape()).containsExactly(2L, 4L);
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = twoTensors().bytes();
        int content = whole.length - 32 + 12; // the last tensor has 12 bytes and padding behind it
        for (int length = 0; length < content; length++) {
            assertRefused(Arrays.copyOf(whole, length), "m.gguf");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x41, does not begin with",
        "4, 1, version 1",
        "4, 4, version 4",
        "8, 0x7fffffff, the list of tensors claims",
        "15, 0x80, the list of tensors claims",
        "16, 0x7fffffff, the metadata claims",
        "23, 0xff, the metadata claims",
        "24, 0x7fffffff, key 0 claims",
        "31, 0x80, key 0 claims"
    })
    void absurdCountsAreRefusedBeforeAnythingIsAllocated(int at, String value, String message) throws IOException {
        int number = Integer.decode(value);
        assertRefused(
                bytes -> {
                    if (number > 255) {
                        bytes.putInt(at, number);
                    } else {
                        bytes.put(at, (byte) number);
                    }
                },
                message);
    }

    @Test
    void bigEndianFilesAreRefusedAsSuch() throws IOException {
        assertRefused(bytes -> bytes.order(ByteOrder.BIG_ENDIAN).putInt(4, 3), "big-endian");
    }

    @Test
    void anArrayThatTheFileCannotHoldIsRefused() throws IOException {
        ByteBuffer array = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int type : new int[] {0, 4, 8, 10}) {
            array.clear().putInt(type).putLong(1L << 40);
            assertRefused(
                    new GgufWriter().putRaw("many", 9, array.array()).bytes(),
                    "many",
                    "claims a length of 1099511627776");
        }
    }

    @Test
    void anArrayOfArraysIsRefused() throws IOException {
        byte[] inner = ByteBuffer.allocate(36)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(9)
                .putLong(1)
                .array();
        assertRefused(new GgufWriter().putRaw("nested", 9, inner).bytes(), "nested", "array of arrays");
    }

    @Test
    void valuesOfNoTypeAreRefused() throws IOException {
        assertRefused(new GgufWriter().putRaw("key", 13, new byte[8]).bytes(), "key", "type 13");
        assertRefused(new GgufWriter().putRaw("key", 7, (byte) 2).bytes(), "key", "flag 2");
    }

    @Test
    void aKeyOrATensorThatIsThereTwiceIsRefused() throws IOException {
        assertRefused(twoTensors().put("general.architecture", "qwen2").bytes(), "general.architecture", "twice");
        assertRefused(twoTensors().tensor("a", List.of(1), 1).bytes(), "\"a\"", "twice");
    }

    @Test
    void namesThatNobodyCanReadAreRefused() throws IOException {
        assertRefused(new GgufWriter().put("a\nb", 1).bytes(), "\"a\\u000ab\"", "not printable");
        assertRefused(new GgufWriter().put("", 1).bytes(), "name of 0 characters");
        assertRefused(new GgufWriter().put("a".repeat(2000), 1).bytes(), "name of 2000 characters");
        assertRefused(new GgufWriter().tensor("\u202eb", List.of(1), 1).bytes(), "not printable");
    }

    @Test
    void textsThatAreNotUtf8AreRefused() throws IOException {
        assertRefused(bytes -> bytes.put(find(bytes, "llama"), (byte) 0xff), "general.architecture", "UTF-8");
        Path file = new GgufWriter().put("text", "a\ufffdb").write(folder.resolve("replacement.gguf"));
        try (GgufFile open = GgufFile.open(file, true)) {
            assertThat(open.metadata().text("text").getBytes(UTF_8)).isEqualTo("a\ufffdb".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 48, 0, 2097152})
    void anAlignmentThatIsNoneIsRefused(int alignment) throws IOException {
        assertRefused(
                new GgufWriter().put("general.alignment", alignment).bytes(), "general.alignment is " + alignment);
    }

    @Test
    void anotherAlignmentIsObeyed() throws IOException {
        // One float, and the second tensor 8 bytes behind it.
        ByteBuffer bytes = ByteBuffer.wrap(new GgufWriter()
                        .put("general.alignment", 8)
                        .tensor("a", List.of(1), 5)
                        .tensor("b", List.of(1), 6)
                        .bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        int offset = dimensionsOfB(bytes) + 4 + 8 + 4;
        bytes.putLong(offset, 8);
        int start = (offset + 8 + 7) / 8 * 8;
        byte[] file = Arrays.copyOf(bytes.array(), start + 12);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(start, 5).putFloat(start + 8, 6);
        Path path = Files.write(folder.resolve("m.gguf"), file);

        try (GgufFile open = GgufFile.open(path, true)) {
            FloatBuffer value = FloatBuffer.allocate(1);
            open.read(open.tensors().get("b"), 0, value);
            assertThat(value.get(0)).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "16", "33", "64", "-32"})
    void tensorsThatOverlapOrLeaveGapsAreRefused(long offset) throws IOException {
        assertRefused(
                bytes -> bytes.putLong(dimensionsOfB(bytes) + 4 + 8 + 4, offset),
                "tensor \"b\"",
                "expected 32",
                "overlaps");
    }

    @ParameterizedTest
    @CsvSource({
        "0, dimensions above 0",
        "-1, dimensions above 0",
        "4611686018427387905, larger than any file",
        "4, ends after"
    })
    void absurdShapesAreRefused(long dimension, String message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(twoTensors().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(dimensionsOfB(bytes) + 4, dimension);
        byte[] cut = Arrays.copyOf(bytes.array(), bytes.capacity() - 20);

        assertRefused(cut, "tensor \"b\"", message);
    }

    @ParameterizedTest
    @CsvSource({"0", "5", "-1"})
    void numbersOfDimensionsAreBounded(int dimensions) throws IOException {
        assertRefused(bytes -> bytes.putInt(dimensionsOfB(bytes), dimensions), "dimensions, expected 1 to 4");
    }

    @ParameterizedTest
    @CsvSource({"9, Q8_1", "15, Q8_K", "16, IQ2_XXS", "26, I32", "39, MXFP4", "99, 99"})
    void typesThatAreNotReadAreRefusedByName(int type, String name) throws IOException {
        assertRefused(
                bytes -> bytes.putInt(dimensionsOfB(bytes) + 4 + 8, type),
                "tensor \"b\" has the type " + name,
                "Supported: F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, BF16");
    }

    @Test
    void rowsThatAreNoWholeBlocksAreRefused() throws IOException {
        assertRefused(
                new GgufWriter().tensor("a", 12, List.of(256, 2), new byte[288]).bytes(),
                "rows of 2 values",
                "256, the block of Q4_K");
    }

    @Test
    void aChangedFileIsNotReadOn() throws IOException {
        Path file = twoTensors().write(folder.resolve("m.gguf"));
        try (GgufFile open = GgufFile.open(file, true)) {
            Files.write(file, Arrays.copyOf(twoTensors().bytes(), 100));

            assertThatThrownBy(() -> open.read(open.tensors().get("a"), 0, FloatBuffer.allocate(8)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("changed while it was open");
        }
    }

    @Test
    void anInterruptedThreadDoesNotRead() throws IOException {
        Path file = twoTensors().write(folder.resolve("m.gguf"));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> GgufFile.open(file, true)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf"), true))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("none.gguf");
    }
}
