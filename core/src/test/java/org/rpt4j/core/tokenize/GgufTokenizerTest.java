package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.testdata.GgufWriter;
import org.rpt4j.testdata.SharedData;

/** A GGUF file gives the tokens of the {@code tokenizer.json} that it was made from. */
class GgufTokenizerTest {

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    @TempDir
    Path folder;

    /** Writes a vocabulary as llama.cpp's converter does. */
    private static GgufWriter converted(Path tokenizerJson, String model) throws IOException {
        JsonNode json = new ObjectMapper().readTree(tokenizerJson.toFile());
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        json.at("/model/vocab").properties().forEach(piece -> {
            int id = piece.getValue().intValue();
            set(tokens, types, id, piece.getKey(), piece.getKey().matches("<0x..>") ? BYTE : NORMAL);
        });
        for (JsonNode token : json.path("added_tokens")) {
            String content = token.path("content").textValue();
            int type =
                    content.equals("<unk>") ? UNKNOWN : token.path("special").booleanValue() ? CONTROL : USER_DEFINED;
            set(tokens, types, token.path("id").intValue(), content, type);
        }
        GgufWriter file = new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", model)
                .put("tokenizer.ggml.tokens", tokens)
                .put(
                        "tokenizer.ggml.token_type",
                        types.stream().mapToInt(Integer::intValue).toArray());
        if (model.equals("llama")) {
            float[] scores = new float[tokens.size()];
            for (int id = 259; id < scores.length; id++) {
                // As in the published vocabulary, where runs of spaces come last.
                scores[id] = tokens.get(id).matches("\u2581{2,}") ? -1e9f : 259 - id;
            }
            return file.put("tokenizer.ggml.scores", scores);
        }
        List<String> merges = new ArrayList<>();
        json.at("/model/merges")
                .forEach(merge -> merges.add(
                        merge.isTextual()
                                ? merge.textValue()
                                : merge.get(0).textValue() + " " + merge.get(1).textValue()));
        return file.put("tokenizer.ggml.merges", merges);
    }

    private static void set(List<String> tokens, List<Integer> types, int id, String piece, int type) {
        while (tokens.size() <= id) {
            tokens.add("[PAD" + tokens.size() + "]");
            types.add(UNUSED);
        }
        tokens.set(id, piece);
        types.set(id, type);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, gpt2, gpt-2, gpt-2", "qwen3, gpt2, qwen2, qwen2", "llama2, llama, default, llama-spm"})
    void publishedVocabulariesGiveTheirIds(String model, String kind, String pre, String vectors) throws IOException {
        Path original = SharedData.require("tokenizers/" + model).resolve("tokenizer.json");
        Path file = converted(original, kind).put("tokenizer.ggml.pre", pre).write(folder.resolve("m.gguf"));
        List<String> texts = new ArrayList<>(Texts.SAMPLES);
        texts.addAll(Arrays.asList(Files.readString(SharedData.require("tokenizers/" + vectors + ".vectors.inp"))
                .split("\n__ggml_vocab_test__\n")));
        for (String corpus : List.of("tinyshakespeare.txt", "gsm8k-train.jsonl")) {
            texts.addAll(Files.readString(SharedData.require("corpora/" + corpus))
                    .substring(0, 50_000)
                    .lines()
                    .toList());
        }
        Tokenizer expected = PublishedTokenizer.of(model);
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(expected.vocabularySize());
            for (String text : texts) {
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected.encode(text));
                // This file of Llama 2 looks for markers in the text after it has its spaces, unlike later ones.
                if (!model.equals("llama2") || !text.contains("<s>")) {
                    assertThat(tokenizer.encodeContinuation(text))
                            .as(text)
                            .isEqualTo(expected.encodeContinuation(text));
                }
            }
        }
    }

    /** All single bytes as letters, then what the pre-tokenizers divide differently; every pair of letters merges. */
    private static GgufWriter letters(String pre, List<String> words) {
        List<String> tokens = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            tokens.add(ByteLevelAlphabet.letter(b));
        }
        List<String> merges = new ArrayList<>();
        for (String word : words) {
            String written = ByteLevelAlphabet.written(word);
            for (int end = 2; end <= written.length(); end++) {
                if (!tokens.contains(written.substring(0, end))) {
                    tokens.add(written.substring(0, end));
                    merges.add(written.substring(0, end - 1) + " " + written.charAt(end - 1));
                }
            }
        }
        tokens.add("<|end|>");
        int[] types = new int[tokens.size()];
        Arrays.fill(types, NORMAL);
        types[types.length - 1] = CONTROL;
        return new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", pre)
                .put("tokenizer.ggml.tokens", tokens)
                .put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.merges", merges)
                .put("tokenizer.ggml.bos_token_id", tokens.size() - 1)
                .put("tokenizer.ggml.eos_token_id", tokens.size() - 1);
    }

    /** The vocabulary has every part and longer ones, so that the division alone decides. */
    @ParameterizedTest
    @CsvSource({
        "llama-bpe, 'it|''s| |123|456| Ab|!!N'",
        "llama3, 'it|''s| |123|456| Ab|!!N'",
        "llama-v3, 'it|''s| |123|456| Ab|!!N'",
        "qwen2, 'it|''s| |1|2|3|4|5|6| Ab|!!N'",
        "tekken, 'it|''s| |1|2|3|4|5|6| Ab|!!N'",
        "gpt-2, 'it|''s| 123456| Ab|!!|N'",
        "smollm, 'it|''s| |1|2|3|4|5|6| Ab|!!|N'",
        "default, 'it|''|s| |123|456| Ab|!!|N'"
    })
    void everyPreTokenizerSplitsItsOwnWay(String pre, String parts) throws IOException {
        List<String> words = List.of("it's", "'s", " 123456", "123456", "456", " Ab", "Ab!!\n", "!!\n");
        Path file = letters(pre, words).write(folder.resolve("m.gguf"));

        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            List<String> found = Arrays.stream(tokenizer.encode("it's 123456 Ab!!\n"))
                    .mapToObj(tokenizer::decode)
                    .toList();
            assertThat(String.join("|", found).replace('\n', 'N')).isEqualTo(parts);
        }
    }

    @Test
    void onlyQwenNormalises() throws IOException {
        for (String pre : List.of("qwen2", "gpt-2")) {
            Path file = letters(pre, List.of()).write(folder.resolve(pre + ".gguf"));
            try (Tokenizer tokenizer = Tokenizer.open(file)) {
                assertThat(tokenizer.decode(tokenizer.encode("e\u0301")))
                        .isEqualTo(pre.equals("qwen2") ? "\u00e9" : "e\u0301");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-bpe, , true", "llama-bpe, false, false", "qwen2, , false", "qwen2, true, true"})
    void theTokenThatBeginsTextsIsThatOfTheModel(String pre, Boolean flag, boolean begins) throws IOException {
        GgufWriter writer = letters(pre, List.of());
        Path file = (flag == null ? writer : writer.put("tokenizer.ggml.add_bos_token", flag))
                .write(folder.resolve("m.gguf"));

        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.beginOfText().isPresent()).isEqualTo(begins);
            assertThat(tokenizer.endOfText()).hasValue(256);
            assertThat(tokenizer.encodeWithSpecials("a<|end|>")).containsExactly('a', 256);
            assertThat(tokenizer.encode("<|end|>")).doesNotContain(256);
        }
    }

    private static GgufWriter sentencePiece(List<String> pieces, float... scores) {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
        }
        tokens.addAll(pieces);
        int[] types = new int[tokens.size()];
        Arrays.fill(types, 0, 259, BYTE);
        Arrays.fill(types, 259, types.length, NORMAL);
        types[0] = UNKNOWN;
        types[1] = CONTROL;
        types[2] = CONTROL;
        float[] all = new float[tokens.size()];
        System.arraycopy(scores, 0, all, 259, scores.length);
        return new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", tokens)
                .put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.scores", all);
    }

    private static List<String> pieces(Path file, String text) {
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            return Arrays.stream(tokenizer.encode(text))
                    .mapToObj(id -> id < 259 ? "#" + (id - 3) : tokenizer.decode(id))
                    .toList();
        }
    }

    /** The highest score merges first, wherever it is in the text and in the vocabulary. */
    @Test
    void scoresDecideWhatMerges() throws IOException {
        List<String> vocabulary = List.of("\u2581", "a", "b", "c", "bc", "ab", "\u2581a", "abc");
        Path first = sentencePiece(vocabulary, 0, 0, 0, 0, -1, -2, -3, -4).write(folder.resolve("1.gguf"));
        Path second = sentencePiece(vocabulary, 0, 0, 0, 0, -2, -1, -3, -4).write(folder.resolve("2.gguf"));
        Path third = sentencePiece(vocabulary, 0, 0, 0, 0, -2, -3, -1, -4).write(folder.resolve("3.gguf"));

        assertThat(pieces(first, "abc")).containsExactly(" a", "bc");
        assertThat(pieces(second, "abc")).containsExactly(" ", "abc");
        assertThat(pieces(third, "abc")).containsExactly(" a", "bc");
        assertThat(pieces(first, "ab")).containsExactly(" ", "ab");
        assertThat(pieces(third, "ab")).containsExactly(" a", "b");
    }

    @Test
    void whatIsNoPieceFallsBackToBytes() throws IOException {
        Path file = sentencePiece(List.of("\u2581", "a"), 0, 0).write(folder.resolve("m.gguf"));

        assertThat(pieces(file, "a\u00e9\n")).containsExactly(" ", "a", "#195", "#169", "#10");
    }

    @Test
    void theSpaceBeforeATextCanBeOff() throws IOException {
        GgufWriter writer = sentencePiece(List.of("\u2581", "a"), 0, 0);
        Path file = writer.put("tokenizer.ggml.add_space_prefix", false).write(folder.resolve("m.gguf"));

        assertThat(pieces(file, "a a")).containsExactly("a", " ", "a");
    }

    @Test
    void idsWithoutATokenHaveNone() throws IOException {
        GgufWriter writer = letters("gpt-2", List.of());
        List<String> tokens = new ArrayList<>(Collections.nCopies(3, "[PAD]"));
        tokens.set(2, "<x>");
        Path file = new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2")
                .put("tokenizer.ggml.tokens", with(tokens))
                .put("tokenizer.ggml.token_type", types(UNUSED, UNUSED, USER_DEFINED))
                .put("tokenizer.ggml.merges", List.of())
                .write(folder.resolve("m.gguf"));
        assertThat(writer.bytes()).isNotEmpty();

        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.tokenBytes(256)).isEmpty();
            assertThat(tokenizer.encodeWithSpecials("a<x>")).containsExactly('a', 258);
        }
    }

    private static List<String> with(List<String> more) {
        List<String> tokens = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            tokens.add(ByteLevelAlphabet.letter(b));
        }
        tokens.addAll(more);
        return tokens;
    }

    private static int[] types(int... more) {
        int[] types = new int[256 + more.length];
        Arrays.fill(types, NORMAL);
        System.arraycopy(more, 0, types, 256, more.length);
        return types;
    }

    @Test
    void theChatTemplateIsThatOfTheFile() throws IOException {
        Path file = letters("qwen2", List.of())
                .put("tokenizer.chat_template", "{{ messages[0].content }}{{ eos_token }}")
                .write(folder.resolve("m.gguf"));

        assertThat(ChatTemplate.open(file).orElseThrow().render("hi")).isEqualTo("hi<|end|>");
        Path without = letters("qwen2", List.of()).write(folder.resolve("n.gguf"));
        assertThat(ChatTemplate.open(without)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek-llm", "", "LLAMA3"})
    void anotherPreTokenizerIsRefusedByName(String pre) throws IOException {
        Path file = letters(pre, List.of()).write(folder.resolve("m.gguf"));

        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.ggml.pre is \"" + pre + "\"")
                .hasMessageContaining("llama-bpe, llama3, llama-v3, qwen2, tekken, gpt-2, smollm, default");
    }

    @ParameterizedTest
    @CsvSource({"t5, 'Supported: gpt2'", "none, has no tokenizer"})
    void anotherModelIsRefusedByName(String model, String message) throws IOException {
        Path file = new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", model)
                .put("tokenizer.ggml.tokens", List.of("a"))
                .write(folder.resolve("m.gguf"));

        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("\"" + model + "\"")
                .hasMessageContaining(message);
    }

    @Test
    void malformedVocabulariesAreRefused() throws IOException {
        assertRefused(letters("qwen2", List.of()).put("tokenizer.ggml.scores2", 1), "tokenizer.ggml.scores2");
        assertRefused(letters("qwen2", List.of()).put("tokenizer.ggml.remove_extra_whitespaces", true), "keeps its");
        assertRefused(letters("qwen2", List.of()).put("tokenizer.ggml.padding_token_id", 257), "has 257 ids");
        assertRefused(sentencePiece(List.of("a", "a"), 0, 0), "the tokens 259 and 260 are both \"a\"");
        assertRefused(sentencePiece(List.of("a", ""), 0, 0), "token 260 is empty");
        assertRefused(sentencePiece(List.of("a"), Float.NaN), "score NaN");
        assertRefused(sentencePiece(List.of("a".repeat(1 << 17)), 0), "so many characters");
        assertRefused(gpt2(types(9), List.of()), "token 256 has the type 9");
        assertRefused(gpt2(types(), List.of()), "tokenizer.ggml.token_type", "257 tokens");
        assertRefused(gpt2(types(NORMAL), List.of("ab")), "merge 0");
        assertRefused(gpt2(types(NORMAL), List.of("a b c")), "merge 0");
        assertRefused(gpt2(types(NORMAL), List.of("a b")), "\"ab\"");
    }

    private static GgufWriter gpt2(int[] types, List<String> merges) {
        return new GgufWriter()
                .put("general.architecture", "llama")
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2")
                .put("tokenizer.ggml.tokens", with(List.of("xy")))
                .put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.merges", merges);
    }

    private void assertRefused(GgufWriter writer, String... parts) throws IOException {
        Path file = writer.write(folder.resolve("m.gguf"));
        assertThatThrownBy(() -> Tokenizer.open(file).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(parts[0]);
    }

    @Test
    void aDamagedFileIsRefusedAsSuch() throws IOException {
        byte[] whole = letters("qwen2", List.of()).bytes();
        Path file = Files.write(folder.resolve("m.gguf"), Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("truncated");
    }
}
