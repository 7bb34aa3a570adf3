package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;

/** Files and texts that ended the process with the native library, or would not end. */
class HostileTokenizerTest {

    @TempDir
    private Path directory;

    private void assertRefused(Consumer<ObjectNode> change, String... message) {
        TinyTokenizers.byteLevel(directory, List.of(" t"), List.of("<s>"));
        TinyTokenizers.edit(directory, change);
        Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> assertThatThrownBy(() -> {
                            try (Tokenizer tokenizer = Tokenizer.open(directory)) {
                                tokenizer.encode("x".repeat(10_000));
                            }
                        })
                        .isInstanceOf(TokenizerException.class)
                        .hasMessageContaining("tokenizer.json")
                        .hasMessageContainingAll(message));
    }

    @Test
    void aTemplateWithATokenThatIsNotThereIsRefused() {
        assertRefused(
                root -> {
                    ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
                    processor
                            .putArray("single")
                            .addObject()
                            .putObject("SpecialToken")
                            .put("id", "<bos>");
                    processor.putObject("special_tokens");
                },
                "\"<bos>\"",
                "special_tokens");
        assertRefused(
                root -> {
                    ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
                    processor
                            .putArray("pair")
                            .addObject()
                            .putObject("SpecialToken")
                            .put("id", "<bos>");
                    processor
                            .putObject("special_tokens")
                            .putObject("<bos>")
                            .putArray("ids")
                            .add(99_999);
                },
                "\"<bos>\"",
                "99999");
    }

    @Test
    void anExpressionThatNeverEndsIsStopped() {
        assertRefused(
                root -> {
                    ArrayNode steps = root.putObject("pre_tokenizer")
                            .put("type", "Sequence")
                            .putArray("pretokenizers");
                    steps.addObject()
                            .put("type", "Split")
                            .put("behavior", "Isolated")
                            .putObject("pattern")
                            .put("Regex", "(x+x+)+y");
                    steps.addObject().put("type", "ByteLevel").put("add_prefix_space", false);
                },
                "(x+x+)+y",
                "too much work");
    }

    @Test
    void textThatGrowsWithoutEndIsRefused() {
        assertRefused(
                root -> {
                    ArrayNode steps =
                            root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
                    for (int i = 0; i < 4; i++) {
                        steps.addObject()
                                .put("type", "Replace")
                                .put("content", "x".repeat(1_000))
                                .putObject("pattern")
                                .put("String", "x");
                    }
                },
                "Replace",
                "16 times as long");
        assertRefused(
                root -> root.putObject("normalizer").put("type", "Prepend").put("prepend", "x".repeat(1_001)),
                "adds 1001 characters");
    }

    @Test
    void unknownPartsAreNamed() {
        assertRefused(root -> root.putObject("normalizer").put("type", "Lowercase"), "\"Lowercase\"");
        assertRefused(root -> root.putObject("pre_tokenizer").put("type", "UnicodeScripts"), "\"UnicodeScripts\"");
        assertRefused(
                root -> root.putObject("pre_tokenizer").put("type", "Split").put("behavior", "Isolated"), "pattern");
    }

    @Test
    void textBehindTheObjectIsRefused() throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, "{\"model\": {}} {\"model\": {}}");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("has text behind its JSON object");
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        assertRefused(
                root -> {
                    ObjectNode step = root.putObject("pre_tokenizer");
                    for (int i = 0; i < 100; i++) {
                        step = step.put("type", "Sequence")
                                .putArray("pretokenizers")
                                .addObject();
                    }
                },
                "nested");
        Files.writeString(directory.resolve("tokenizer.json"), "{\"a\":".repeat(100_000));
        assertThatThrownBy(() -> Tokenizer.open(directory)).isInstanceOf(TokenizerException.class);
    }

    @Test
    void aFileTooLargeToReadIsRefusedUnread() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("tokenizer.json").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("1099511627776 bytes");
    }

    @Test
    void aHundredThousandAddedTokensOpen() {
        TinyTokenizers.byteLevel(directory, List.of(), List.of());
        TinyTokenizers.edit(directory, root -> {
            ArrayNode added = root.putArray("added_tokens");
            for (int i = 0; i < 100_000; i++) {
                added.addObject()
                        .put("id", 256 + i)
                        .put("content", "<" + i + ">")
                        .put("special", true);
            }
        });
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            try (Tokenizer tokenizer = Tokenizer.open(directory)) {
                assertThat(tokenizer.encodeWithSpecials("<99999>a")).containsExactly(256 + 99_999, 'a');
            }
        });
    }

    @Test
    void longRunsEncode() {
        SampleTokenizers.ByteLevel.QWEN.write(directory);
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.decode(tokenizer.encode(" ".repeat(1_000_001) + "a")))
                    .isEqualTo(" ".repeat(1_000_001) + "a");
            assertThat(tokenizer.encode("a".repeat(1_000_000))).hasSize(500_000);
            assertThatThrownBy(() -> tokenizer.encode("\u0301\u0323".repeat(10_000)))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("combining marks");
        }
    }

    @Test
    void anInterruptEndsALongText() {
        for (Path written : List.of(
                SampleTokenizers.ByteLevel.QWEN.write(directory.resolve("qwen")),
                SampleTokenizers.SentencePiece.LLAMA_2.write(directory.resolve("llama")))) {
            try (Tokenizer tokenizer = Tokenizer.open(written)) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> tokenizer.encode("ab cd ".repeat(100_000)))
                        .isInstanceOf(OperationCancelledException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
