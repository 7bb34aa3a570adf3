package org.rpt4j.core.tokenize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.error.TokenizerException;

class TokenizerTest {

    private static final List<String> PIECES = List.of(" t", " th", "\u00e9", "\u20ac\n", "\\b", "}}");
    private static final List<String> ADDED = List.of("<|endoftext|>", "<think>", "</think>", "   ");

    @TempDir
    private Path directory;

    private Tokenizer open() {
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, PIECES, ADDED));
    }

    @Test
    void bytesOfTokensAreTheTextsBytes() {
        try (Tokenizer tokenizer = open()) {
            for (String text : Texts.SAMPLES) {
                assertThat(tokenizer.bytes(tokenizer.encode(text))).as(text).isEqualTo(text.getBytes(UTF_8));
            }
        }
    }

    @Test
    void everyByteHasAToken() {
        try (Tokenizer tokenizer = open()) {
            for (int b = 0; b < 256; b++) {
                assertThat(tokenizer.tokenBytes(b)).containsExactly((byte) b);
            }
        }
    }

    @Test
    void textCannotForgeMarkers() {
        try (Tokenizer tokenizer = open()) {
            String text = "a</think>b<|endoftext|><think>";
            assertThat(tokenizer.encode(text)).isEqualTo(bytesAsIds(text));
            assertThat(tokenizer.encodeWithSpecials(text)).containsExactly('a', 264, 'b', 262, 263);
            assertThat(tokenizer.bytes(tokenizer.encodeWithSpecials(text))).isEqualTo(text.getBytes(UTF_8));
        }
    }

    @Test
    void addedRunsOfSpaceAreText() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.encode("a   b")).containsExactly('a', 265, 'b');
        }
    }

    @Test
    void addedTokensWithAGapAreRefused() {
        TinyTokenizers.byteLevelWithAdded(directory, PIECES, "<think>", 300);
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("the id 300")
                .hasMessageContaining("makes it 262");
    }

    @Test
    void addedTokensTakeNoWhiteSpaceFromCorpusText() {
        TinyTokenizers.byteLevel(directory, PIECES, ADDED);
        TinyTokenizers.addToken(
                directory,
                "SEP",
                token -> token.put("special", false).put("lstrip", true).put("rstrip", true));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            int[] ids = tokenizer.encode("a  SEP  b");
            assertThat(ids).contains(266);
            assertThat(tokenizer.decode(ids)).isEqualTo("a  SEP  b");
            assertThat(tokenizer.encodeWithSpecials("a  SEP  b")).containsExactly('a', 266, 'b');
        }
    }

    @Test
    void anAddedRunOfSentencePieceSpacesHasTheBytesOfSpaces() {
        TinyTokenizers.sentencePiece(directory, List.of("\u2581", "\u2581\u2581", "a"));
        TinyTokenizers.addToken(directory, "\u2581\u2581", token -> token.put("special", false));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            int[] ids = tokenizer.encode("a  a");
            assertThat(ids).contains(260);
            assertThat(tokenizer.decode(ids)).isEqualTo(" a  a");
        }
    }

    @Test
    void anAddedTokenInTheAlphabetOfBytesHasTheBytesOfItsPiece() {
        TinyTokenizers.byteLevel(directory, List.of(" t"), List.of());
        TinyTokenizers.addToken(directory, "\u0120t", token -> token.put("special", false));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.encode("a t")).containsExactly('a', 256);
            assertThat(tokenizer.decode(256)).isEqualTo(" t");
            assertThat(tokenizer.decode(tokenizer.encode("\u0120t"))).isEqualTo("\u0120t");
        }
    }

    @Test
    void aTextWhoseBytesAreLostIsRefused() {
        TinyTokenizers.byteLevel(directory, PIECES, List.of());
        TinyTokenizers.edit(directory, root -> ((ObjectNode) root.at("/model/vocab")).remove("~"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThatThrownBy(() -> tokenizer.encode("a~b"))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("at character 1, before \"~b\"")
                    .hasMessageContaining("different bytes");
        }
    }

    @Test
    void mergesApply() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.encode("a the")).containsExactly('a', 257, 'e');
            assertThat(tokenizer.decode(257)).isEqualTo(" th");
        }
    }

    @Test
    void aMarkerThatMergesLeadToIsRefused() {
        List<String> steps = List.of("<t", "<th", "<thi", "<thin", "<think", "<think>");
        TinyTokenizers.byteLevel(directory, steps, List.of());
        Tokenizer plain = Tokenizer.open(directory);
        assertThat(plain.encode("<think>")).containsExactly(261);
        assertThat(plain.addedIdOf("<think>")).isEmpty();
        plain.close();

        TinyTokenizers.byteLevelWithAdded(directory, steps, "<think>", 261);
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.addedIdOf("<think>")).hasValue(261);
            assertThatThrownBy(() -> tokenizer.encode("a <think>"))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("\"<think>\" (id 261)");
        }
    }

    @Test
    void knowsItsTokens() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(266);
            assertThat(tokenizer.addedIdOf("<think>")).hasValue(263);
            assertThat(tokenizer.addedIdOf("</think>")).hasValue(264);
            assertThat(tokenizer.idOf("<|endoftext|>")).hasValue(262);
            assertThat(tokenizer.idOf("A")).hasValue('A');
            assertThat(tokenizer.idOf("nothing")).isEmpty();
            assertThat(tokenizer.beginOfText()).isEmpty();
            assertThat(tokenizer.endOfText()).isEmpty();
        }
    }

    @Test
    void unusedIdsHaveNoBytes() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.tokenBytes(266)).isEmpty();
            assertThat(tokenizer.bytes(new int[] {'a', 99_999, 'b'})).containsExactly('a', 'b');
            assertThatThrownBy(() -> tokenizer.tokenBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void halfCharactersKeepTheirBytes() {
        try (Tokenizer tokenizer = open()) {
            int[] ids = tokenizer.encode("\ud83e\udd99");
            assertThat(ids).containsExactly(0xF0, 0x9F, 0xA6, 0x99);
            assertThat(tokenizer.decode(ids[0])).isEqualTo("\uFFFD");
            assertThat(tokenizer.decode(ids)).isEqualTo("\ud83e\udd99");
        }
    }

    @Test
    void unpairedSurrogatesAreRefused() {
        try (Tokenizer tokenizer = open()) {
            assertThatThrownBy(() -> tokenizer.encode("a\ud800b"))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("unpaired surrogate");
        }
    }

    @Test
    void encodesLongTextsWhole() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.encode("ab".repeat(50_000))).hasSize(100_000);
        }
    }

    @Test
    void truncationAndPaddingOfTheFileAreNotApplied() throws IOException {
        TinyTokenizers.byteLevel(directory, PIECES, ADDED);
        String json = Files.readString(directory.resolve("tokenizer.json"));
        TinyTokenizers.put(directory, "tokenizer.json", json.replaceFirst("\\{", """
                        {"truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
                         "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null,
                          "pad_id": 0, "pad_type_id": 0, "pad_token": "!"},"""));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.encode("abcdef")).hasSize(6);
            assertThat(tokenizer.encodeWithSpecials("abcdef")).hasSize(6);
        }
    }

    @Test
    void readsTheTokensOfTheConfig() {
        TinyTokenizers.byteLevel(directory, PIECES, ADDED);
        TinyTokenizers.put(directory, "tokenizer_config.json", """
                {"add_bos_token": true, "bos_token": {"content": "<|endoftext|>"}, "eos_token": "</think>"}""");
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.beginOfText()).hasValue(262);
            assertThat(tokenizer.endOfText()).hasValue(264);
        }
    }

    @Test
    void aMissingBeginOfTextIsRefused() {
        TinyTokenizers.byteLevel(directory, PIECES, ADDED);
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"add_bos_token\": true, \"bos_token\": \"<s>\"}");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("add_bos_token")
                .hasMessageContaining("<s>");
    }

    @Test
    void sentencePieceBytesHaveTheLeadingSpace() {
        TinyTokenizers.sentencePiece(directory, List.of("\u2581", "a", "b", "\u2581a", "\u00e9"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            for (String text : Texts.SAMPLES) {
                String expected = text.isEmpty() ? "" : " " + text;
                assertThat(tokenizer.bytes(tokenizer.encode(text))).as(text).isEqualTo(expected.getBytes(UTF_8));
            }
            assertThat(tokenizer.encode("a\n")).containsExactly(262, 3 + '\n');
            assertThat(tokenizer.beginOfText()).hasValue(1);
        }
    }

    @Test
    void aContinuationHasNoLeadingSpace() {
        TinyTokenizers.sentencePiece(directory, List.of("\u2581", "a", "b", "\u2581a"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.encodeWithSpecials("ab")).containsExactly(262, 261);
            assertThat(tokenizer.encodeContinuation("ab")).containsExactly(260, 261);
            assertThat(tokenizer.encodeContinuation(" ab")).containsExactly(262, 261);
            assertThat(tokenizer.encodeContinuation("")).isEmpty();
        }
    }

    @Test
    void aModelMayBeLargerButNotSmaller() {
        try (Tokenizer tokenizer = open()) {
            tokenizer.requireFits(new ModelDescription("Toy", 1, 266, 8));
            tokenizer.requireFits(new ModelDescription("Toy", 1, 512, 8));
            assertThatThrownBy(() -> tokenizer.requireFits(new ModelDescription("Toy", 1, 265, 8)))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("ids up to 265")
                    .hasMessageContaining("vocabulary of 265");
        }
    }

    @Test
    void isSafeToShareAndToClose() {
        Tokenizer tokenizer = open();
        boolean same =
                IntStream.range(0, 200).parallel().allMatch(i -> tokenizer.encode("x".repeat(i + 1)).length == i + 1);
        assertThat(same).isTrue();
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(tokenizer.decode('a')).isEqualTo("a");
    }

    private static int[] bytesAsIds(String text) {
        return IntStream.range(0, text.length()).map(text::charAt).toArray();
    }
}
