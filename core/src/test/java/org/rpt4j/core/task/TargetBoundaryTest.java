package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class TargetBoundaryTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    private Tokenizer byteLevel(String... pieces) {
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(pieces), List.of()));
    }

    private Tokenizer changed(Path tokenizer, Consumer<ObjectNode> change) throws IOException {
        Path file = tokenizer.resolve("tokenizer.json");
        ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(json);
        Files.writeString(file, json.toString());
        return Tokenizer.open(tokenizer);
    }

    /** Byte-level, with a space before a text that has none at its start. */
    private Tokenizer addingASpace(String... pieces) throws IOException {
        return changed(
                TinyTokenizers.byteLevel(directory, List.of(pieces), List.of()),
                json -> ((ObjectNode) json.get("pre_tokenizer")).put("add_prefix_space", true));
    }

    /** SentencePiece style, with a space before a text that has none at its start. */
    private Tokenizer metaspace(String... pieces) throws IOException {
        return changed(TinyTokenizers.sentencePiece(directory, List.of(pieces)), json -> {
            json.putNull("normalizer");
            json.putObject("pre_tokenizer")
                    .put("type", "Metaspace")
                    .put("replacement", "\u2581")
                    .put("prepend_scheme", "first")
                    .put("split", false);
        });
    }

    private Tokenizer composing(String... pieces) throws IOException {
        return changed(
                TinyTokenizers.byteLevel(directory, List.of(pieces), List.of()),
                json -> json.putObject("normalizer").put("type", "NFC"));
    }

    /** The text of the tokens before the targets, and of the targets. */
    private static List<String> split(Tokenizer tokenizer, String context, String targets) {
        Document document = new Document("d", context + targets, context.length());
        TokenizedDocument tokenized = TokenizedDocument.of(document, tokenizer);
        int first = tokenized.firstTarget();
        return List.of(
                tokenizer.decode(Arrays.copyOf(tokenized.tokens(), first)),
                tokenizer.decode(Arrays.copyOfRange(tokenized.tokens(), first, tokenized.length())));
    }

    @Test
    void targetsStartWithTheirOwnToken() {
        try (Tokenizer tokenizer = byteLevel(" t", " th", "\u00e9")) {
            assertThat(split(tokenizer, "a", " the\u00e9")).containsExactly("a", " the\u00e9");
            assertThat(split(tokenizer, "a the", "\u00e9")).containsExactly("a the", "\u00e9");
            assertThat(split(tokenizer, "a the\u00e9", "")).containsExactly("a the\u00e9", "");
            assertThat(TokenizedDocument.of(new Document("d", "a"), tokenizer).firstTarget())
                    .isZero();
        }
    }

    @Test
    void aTokenOnBothSidesIsContext() {
        try (Tokenizer tokenizer = byteLevel(" t", " th", "\u00e9")) {
            assertThat(split(tokenizer, "a ", "the\u00e9")).containsExactly("a th", "e\u00e9");
            assertThat(split(tokenizer, "a t", "he\u00e9")).containsExactly("a th", "e\u00e9");
        }
    }

    @Test
    void aSpaceThatEveryTextGetsMovesNoTarget() {
        try (Tokenizer tokenizer =
                Tokenizer.open(TinyTokenizers.sentencePiece(directory, List.of("\u2581", "a", "b", "\u2581b")))) {
            assertThat(split(tokenizer, "a ", "bb")).containsExactly(" a b", "b");
            assertThat(split(tokenizer, "a", " b")).containsExactly(" a", " b");
            assertThat(split(tokenizer, "a\n", "b")).containsExactly(" a\n", "b");
        }
    }

    @Test
    void aSpaceThatOnlySomeTextsGetMovesNoTarget() throws IOException {
        try (Tokenizer tokenizer = addingASpace(" b")) {
            assertThat(split(tokenizer, "a\n\n", " bb")).containsExactly(" a\n\n", " bb");
            assertThat(split(tokenizer, " a\n\n", "bb")).containsExactly(" a\n\n", "bb");
            assertThat(split(tokenizer, "a", " ")).containsExactly(" a", " ");
        }
        try (Tokenizer tokenizer = metaspace("\u2581", "a", "b", "\u2581b")) {
            assertThat(split(tokenizer, "a\n\n", " bb")).containsExactly(" a\n\n", " bb");
            assertThat(split(tokenizer, " a\n\n", "bb")).containsExactly(" a\n\n", "bb");
        }
    }

    @Test
    void normalisationMovesNoTarget() throws IOException {
        try (Tokenizer tokenizer = composing("\u00e9")) {
            assertThat(split(tokenizer, "e\u0301", "e\u0301x")).containsExactly("\u00e9", "\u00e9x");
            assertThat(split(tokenizer, "e\u0301 ", "x")).containsExactly("\u00e9 ", "x");
        }
    }

    @Test
    void aCharacterComposedAcrossTheBoundaryIsContext() throws IOException {
        try (Tokenizer tokenizer = composing()) {
            assertThat(split(tokenizer, "ae", "\u0301x")).containsExactly("a\u00e9", "x");
        }
    }

    @Test
    void targetsBeginWithAWholeCharacter() {
        assertThatThrownBy(() -> new Document("d", "\ud83e\udd99", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inside the character U+1F999");
    }
}
