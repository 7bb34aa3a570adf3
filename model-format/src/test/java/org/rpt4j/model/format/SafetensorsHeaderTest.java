package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.ModelFormatException;

/** Every way in which a header can be wrong. */
class SafetensorsHeaderTest {

    @TempDir
    Path directory;

    private Path write(byte[] header, long claimedLength, int dataLength) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataLength).order(ByteOrder.LITTLE_ENDIAN);
        Path path = directory.resolve("model.safetensors");
        return Files.write(path, bytes.putLong(claimedLength).put(header).array());
    }

    private static String tensor(String name, String dtype, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets
                + "}";
    }

    private static Arguments wrong(String what, String header, int dataLength, String message) {
        return arguments(what, header, dataLength, message);
    }

    static Stream<Arguments> wrongHeaders() {
        String first = tensor("a", "F32", "[2]", "[0,8]");
        return Stream.of(
                wrong(
                        "truncated data",
                        "{" + first + "}",
                        7,
                        "tensor \"a\" at [0, 8] ends after the end of the file, which has 7"),
                wrong(
                        "trailing data",
                        "{" + first + "}",
                        9,
                        "the tensors end at byte 8 of the data, but 9 bytes follow"),
                wrong(
                        "overlap",
                        "{" + first + "," + tensor("b", "F32", "[2]", "[4,12]") + "}",
                        12,
                        "tensor \"b\" at [4, 12] overlaps the previous tensor, which ends at 8"),
                wrong(
                        "same place",
                        "{" + first + "," + tensor("b", "F32", "[2]", "[0,8]") + "}",
                        8,
                        "tensor \"b\" at [0, 8] overlaps the previous tensor"),
                wrong(
                        "hole",
                        "{" + first + "," + tensor("b", "F32", "[1]", "[12,16]") + "}",
                        16,
                        "tensor \"b\" at [12, 16] leaves a gap: the previous tensor ends at 8"),
                wrong("hole at the start", "{" + tensor("a", "F32", "[1]", "[4,8]") + "}", 8, "leaves a gap"),
                wrong("negative offset", "{" + tensor("a", "F32", "[1]", "[-4,0]") + "}", 4, "data_offsets holds -4"),
                wrong("backwards", "{" + tensor("a", "F32", "[1]", "[4,0]") + "}", 4, "hold -4 bytes, expected 4"),
                wrong("one offset", "{" + tensor("a", "F32", "[1]", "[0]") + "}", 4, "with two offsets"),
                wrong(
                        "three offsets",
                        "{" + tensor("a", "F32", "[1]", "[0,2,4]") + "}",
                        4,
                        "holds more than 2 numbers"),
                wrong("offset of 2^63", "{" + tensor("a", "F32", "[1]", "[0,9223372036854775808]") + "}", 4, "2^63-1"),
                wrong("fraction", "{" + tensor("a", "F32", "[1.5]", "[0,4]") + "}", 4, "shape holds 1.5"),
                wrong("negative dimension", "{" + tensor("a", "F32", "[-1]", "[0,4]") + "}", 4, "shape holds -1"),
                wrong("shape of text", "{" + tensor("a", "F32", "\"4\"", "[0,4]") + "}", 4, "shape is not a list"),
                wrong(
                        "size against shape",
                        "{" + tensor("a", "F32", "[3]", "[0,8]") + "}",
                        8,
                        "tensor \"a\": data_offsets [0, 8] hold 8 bytes, expected 12 for F32[3]"),
                wrong(
                        "product that overflows to the right size",
                        "{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}",
                        0,
                        "is larger than any file"),
                wrong("half a byte", "{" + tensor("a", "F4", "[3]", "[0,1]") + "}", 1, "expected 2 for F4[3]"),
                wrong("unknown dtype", "{" + tensor("a", "F128", "[1]", "[0,16]") + "}", 16, "unknown dtype \"F128\""),
                wrong("dtype of number", "{\"a\":{\"dtype\":1}}", 0, "dtype is not a string"),
                wrong("missing shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "shape null"),
                wrong("only another field", "{\"a\":{\"stride\":[1]}}", 0, "expected all three"),
                wrong("tensor of text", "{\"a\":\"F32\"}", 0, "tensor \"a\" is not an object"),
                wrong("duplicate tensor", "{" + first + "," + first + "}", 8, "Duplicate field 'a'"),
                wrong("duplicate field", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}}", 8, "Duplicate field 'dtype'"),
                wrong(
                        "metadata of number",
                        "{\"__metadata__\":{\"step\":1}}",
                        0,
                        "__metadata__ \"step\" is not a string"),
                wrong("metadata of text", "{\"__metadata__\":\"x\"}", 0, "__metadata__ is not an object"),
                wrong("not JSON", "{weights}", 0, "the header is not a JSON object"),
                wrong("a list", "[]", 0, "does not begin with '{'"),
                wrong("leading space", " {}", 0, "does not begin with '{'"),
                wrong("no header", "", 0, "does not begin with '{'"),
                wrong("unfinished", "{" + first, 8, "the header is not a JSON object"),
                wrong("something behind", "{} {}", 0, "unexpected text after the object"),
                wrong(
                        "deep",
                        "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}",
                        0,
                        "tensor \"a\" is not an object"),
                wrong(
                        "many dimensions",
                        "{" + tensor("a", "F32", "[1" + ",1".repeat(64) + "]", "[0,4]") + "}",
                        4,
                        "shape holds more than 64 numbers"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongHeaders")
    void aWrongHeaderIsRefused(String what, String header, int dataLength, String message) throws IOException {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        Path path = write(bytes, bytes.length, dataLength);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .as(what)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors: ")
                .hasMessageContaining(message);
    }

    static Stream<Arguments> wrongLengths() {
        return Stream.of(
                arguments(3L, "claims 3 bytes, expected at most 2"),
                arguments(1L << 40, "claims 1099511627776 bytes, expected at most 2"),
                arguments(-1L, "claims 18446744073709551615 bytes"));
    }

    @ParameterizedTest
    @MethodSource("wrongLengths")
    void anAbsurdHeaderLengthIsRefusedBeforeMemoryIsTaken(long claimed, String message) throws IOException {
        Path path = write(new byte[] {'{', '}'}, claimed, 0);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("truncated or not a safetensors file");
    }

    @Test
    void shortMissingAndMisencodedFilesAreRefused() throws IOException {
        Path empty = Files.write(directory.resolve("short.safetensors"), new byte[7]);
        assertThatThrownBy(() -> SafetensorsFile.open(empty))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("7 bytes, too short for a safetensors file");
        assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("no.safetensors")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("there is no file ");
        byte[] latin = "{\"\u00e9\":{}}".getBytes(StandardCharsets.ISO_8859_1);
        Path misencoded = write(latin, latin.length, 0);
        assertThatThrownBy(() -> SafetensorsFile.open(misencoded))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("it is not valid UTF-8");
    }

    @Test
    void anEmptyFileAndTensorsOutOfOrderAreFine() throws IOException {
        byte[] none = "{}      ".getBytes(StandardCharsets.UTF_8);
        try (SafetensorsFile file = SafetensorsFile.open(write(none, none.length, 0))) {
            assertThat(file.tensors()).isEmpty();
            assertThat(file.metadata()).isEmpty();
        }
        byte[] swapped = ("{" + tensor("b", "I64", "[1]", "[4,12]") + "," + tensor("a", "F32", "[1]", "[0,4]") + "}")
                .getBytes(StandardCharsets.UTF_8);
        try (SafetensorsFile file = SafetensorsFile.open(write(swapped, swapped.length, 12))) {
            assertThat(file.tensors()).containsOnlyKeys("a", "b");
        }
    }

    /** The format's own reader skips fields that it does not know, and takes null for no metadata. */
    @Test
    void whatOtherReadersPassOverIsPassedOver() throws IOException {
        byte[] header = ("{\"__metadata__\":null,\"a\":{\"dtype\":\"F32\",\"layout\":{\"strides\":[[1]]},"
                        + "\"shape\":[1],\"data_offsets\":[0,4]}}")
                .getBytes(StandardCharsets.UTF_8);
        try (SafetensorsFile file = SafetensorsFile.open(write(header, header.length, 4))) {
            assertThat(file.metadata()).isEmpty();
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
    }

    /** With any single byte changed, the file still opens or is rejected; there is no other error and no hang. */
    @Test
    void aDamagedByteNeverCausesAnotherError() throws IOException {
        byte[] header = ("{\"__metadata__\":{\"k\":\"v\"}," + tensor("a", "F32", "[2]", "[0,8]") + ","
                        + tensor("b", "BF16", "[1,3]", "[8,14]") + "}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] valid = Files.readAllBytes(write(header, header.length, 14));
        Path path = directory.resolve("damaged.safetensors");
        int refused = 0;
        for (int at = 0; at < 8 + header.length; at++) {
            for (int flip : new int[] {0x01, 0x10, 0x7f, 0x80, 0xff}) {
                byte[] damaged = valid.clone();
                damaged[at] ^= (byte) flip;
                try (SafetensorsFile file = SafetensorsFile.open(Files.write(path, damaged))) {
                    assertThat(file.tensors().values()).allMatch(tensor -> tensor.end() <= 14);
                } catch (ModelFormatException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(header.length);
    }
}
