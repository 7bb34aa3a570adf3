package org.rpt4j.model.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;

class JsonFieldsTest {

    private enum Colour {
        RED,
        BLUE
    }

    @TempDir
    private Path folder;

    private static JsonFields parse(String json) {
        return JsonFields.parse(json.getBytes(UTF_8), "a.json", CheckpointException::new);
    }

    private static void refuses(String json, Consumer<JsonFields> asked, String message) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> asked.accept(parse(json)))
                .withMessageContaining("a.json")
                .withMessageContaining(message);
    }

    @Test
    void everyTypeIsReadAsItWasWritten() {
        JsonFields json = parse("""
                {"text": "a", "none": null, "colour": "BLUE", "flag": true, "whole": -9223372036854775808, "small": 3,
                 "number": 0.30000000000000004, "real": "-Infinity", "nested": {"list": [{"x": 1}]}, "texts": ["a", "b"],
                 "integers": [1, 2], "reals": [1, "NaN"], "flags": [false], "bytes": "/wA="}""");
        assertThat(json.text("text")).isEqualTo("a");
        assertThat(json.textOrNull("none")).isNull();
        assertThat(json.numberOrNaN("none")).isNaN();
        assertThat(json.oneOf("colour", Colour.class)).isEqualTo(Colour.BLUE);
        assertThat(json.flag("flag")).isTrue();
        assertThat(json.whole("whole")).isEqualTo(Long.MIN_VALUE);
        assertThat(json.integer("small", 3)).isEqualTo(3);
        assertThat(json.number("number")).isEqualTo(0.1 + 0.2);
        assertThat(json.real("real")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(json.nested("nested").list("list").get(0).count("x")).isEqualTo(1);
        assertThat(json.texts("texts")).containsExactly("a", "b");
        assertThat(json.integers("integers", 0)).containsExactly(1, 2);
        assertThat(json.reals("reals")).containsExactly(1, Double.NaN);
        assertThat(json.flags("flags")).containsExactly(false);
        assertThat(json.bytes("bytes")).containsExactly(-1, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"f\": null}", "{\"f\": {}}", "{\"f\": [[]]}", "{\"f\": [null]}"})
    void whatIsMissingOrOfAnotherTypeIsRefusedByName(String json) {
        refuses(json, fields -> fields.text("f"), "\"f\" is ");
        refuses(json, fields -> fields.oneOf("f", Colour.class), "\"f\" is ");
        refuses(json, fields -> fields.flag("f"), "\"f\" is ");
        refuses(json, fields -> fields.whole("f"), "\"f\" is ");
        refuses(json, fields -> fields.count("f"), "\"f\" is ");
        refuses(json, fields -> fields.integer("f", 0), "\"f\" is ");
        refuses(json, fields -> fields.number("f"), "\"f\" is ");
        refuses(json, fields -> fields.real("f"), "\"f\" is ");
        refuses(json, fields -> fields.bytes("f"), "\"f\" is ");
        refuses(json, fields -> fields.list("f"), "\"f");
        refuses(json, fields -> fields.texts("f"), "\"f");
        refuses(json, fields -> fields.integers("f", 0), "\"f");
        refuses(json, fields -> fields.reals("f"), "\"f");
        refuses(json, fields -> fields.flags("f"), "\"f");
        if (!json.contains("{}")) {
            refuses(json, fields -> fields.nested("f"), "\"f\" is ");
        }
    }

    @ParameterizedTest
    @CsvSource({"-1", "1.0", "1e2", "3000000000", "99999999999999999999999", "true"})
    void anIntegerThatDoesNotFitIsRefused(String value) {
        refuses("{\"f\": " + value + "}", fields -> fields.integer("f", 0), "expected a whole number between 0 and");
    }

    @Test
    void aNumberThatIsNotFiniteIsRefusedUnlessItsTextIsKnown() {
        refuses("{\"f\": 1e999}", fields -> fields.number("f"), "expected a number");
        refuses("{\"f\": 1e999}", fields -> fields.real("f"), "expected a number");
        refuses("{\"f\": \"NaN\"}", fields -> fields.number("f"), "expected a number");
        refuses("{\"f\": \"nan\"}", fields -> fields.real("f"), "expected a number");
        refuses("{\"f\": NaN}", fields -> fields.number("f"), "NaN");
    }

    @Test
    void theMessageHasThePathOfTheField() {
        refuses(
                "{\"a\": [{}, {\"b\": {\"c\": [1, \"x\"]}}]}",
                fields -> fields.list("a").get(1).nested("b").integers("c", 0),
                "\"a[1].b.c[1]\" is \"x\"");
        refuses(
                "{\"a\": {}}",
                fields -> fields.nested("a").make(() -> {
                    throw new IllegalArgumentException("too odd");
                }),
                "a.json: a: too odd");
        refuses("{\"f\": \"GREEN\"}", fields -> fields.oneOf("f", Colour.class), "expected RED, BLUE");
        refuses("{\"f\": \"***\"}", fields -> fields.bytes("f"), "\"f\" is not Base64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "{",
                "{\"a\": 1} x",
                "{\"a\": 1, \"a\": 2}",
                "{\"a\": {\"b\":1,\"b\":1}}"
            })
    void whatIsNotOneObjectIsRefused(String json) {
        refuses(json, fields -> {}, "is not a JSON object");
    }

    @Test
    void depthStringsNumbersAndEncodingAreLimited() {
        refuses("{\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}", fields -> {}, "depth");
        refuses("{\"a\": \"" + "x".repeat((16 << 20) + 1) + "\"}", fields -> {}, "length");
        refuses("{\"a\": " + "1".repeat(100) + "}", fields -> {}, "length");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> JsonFields.parse(new byte[] {'{', (byte) 0xff}, "a.json", CheckpointException::new))
                .withMessageContaining("not valid UTF-8");
    }

    @Test
    void aFileIsLimitedAndMustBeThere() throws IOException {
        Path file = folder.resolve("a.json");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> JsonFields.read(file, 9, StorageException::new))
                .withMessageContaining("there is no file " + file);
        Files.writeString(file, "{        }");
        assertThat(JsonFields.read(file, 10, StorageException::new).names()).isEmpty();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> JsonFields.read(file, 9, StorageException::new))
                .withMessageContaining(file + " has 10 bytes; at most 9 are read");
    }

    @Test
    void aListNamesTheElement() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "[{\"x\": 1}, {\"x\": null}]");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() ->
                        JsonFields.readList(file, 99, StorageException::new).forEach(fields -> fields.whole("x")))
                .withMessageContaining("a.json: \"[1].x\" is null");
        Files.writeString(file, "[1]");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> JsonFields.readList(file, 99, StorageException::new))
                .withMessageContaining("\"[0]\" is 1, expected an object");
        Files.writeString(file, "{}");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> JsonFields.readList(file, 99, StorageException::new))
                .withMessageContaining("is not a JSON list");
    }

    @Test
    void linesAreNumberedAndLimited() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"x\":1}\n{\"x\":2}\r\n{\"x\":3}");
        try (JsonLinesFile lines = new JsonLinesFile(file, 9, StorageException::new)) {
            assertThat(lines.next()).extracting(line -> line.whole("x")).isEqualTo(1L);
            assertThat(lines.nextComplete()).extracting(line -> line.whole("x")).isEqualTo(2L);
            assertThat(lines.nextComplete()).isNull();
            assertThat(lines.where()).endsWith("a.jsonl, line 3");
        }
        Files.writeString(file, "{}\n{\"long\": 1}\n");
        try (JsonLinesFile lines = new JsonLinesFile(file, 9, StorageException::new)) {
            lines.next();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(lines::next)
                    .withMessageContaining("a.jsonl, line 2 is longer than 9 bytes");
        }
    }

    @Test
    void aLineLongerThanTheBufferIsWhole() throws IOException {
        String text = "x".repeat(200_000);
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"a\":\"" + text + "\"}\n{}");
        try (JsonLinesFile lines = new JsonLinesFile(file, 1 << 20, StorageException::new)) {
            assertThat(lines.next()).extracting(line -> line.text("a")).isEqualTo(text);
            assertThat(lines.next()).isNotNull();
            assertThat(lines.next()).isNull();
        }
    }
}
