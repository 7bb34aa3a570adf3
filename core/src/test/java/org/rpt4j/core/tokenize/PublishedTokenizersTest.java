package org.rpt4j.core.tokenize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.testdata.SharedData;

/** Tokenizers of well-known models against the vectors of the llama.cpp vocabulary tests. */
class PublishedTokenizersTest {

    @ParameterizedTest
    @CsvSource({"gpt2,gpt-2", "qwen3,qwen2", "llama2,llama-spm"})
    void agreesWithTheVectors(String model, String vectors) throws IOException {
        Tokenizer tokenizer = PublishedTokenizer.of(model);
        List<String> texts = texts(SharedData.require("tokenizers/" + vectors + ".vectors.inp"));
        List<int[]> expected = ids(SharedData.require("tokenizers/" + vectors + ".vectors.out"));
        assertThat(texts).hasSameSizeAs(expected).hasSizeGreaterThan(40);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2,''", "qwen3,''", "llama2,' '"})
    void bytesOfTokensAreTheTextsBytes(String model, String leading) throws IOException {
        List<String> texts = new ArrayList<>(Texts.SAMPLES);
        for (String corpus : List.of("tinyshakespeare.txt", "gsm8k-train.jsonl")) {
            String text = Files.readString(SharedData.require("corpora/" + corpus));
            texts.addAll(text.substring(0, 100_000).lines().toList());
        }
        Tokenizer tokenizer = PublishedTokenizer.of(model);
        for (String text : texts) {
            String with = text.isEmpty() ? "" : leading + text;
            assertThat(tokenizer.bytes(tokenizer.encode(text))).as(text).isEqualTo(with.getBytes(UTF_8));
        }
    }

    @Test
    void knowsTheMarkersOfQwen() {
        Tokenizer tokenizer = PublishedTokenizer.of("qwen3");
        assertThat(tokenizer.addedIdOf("<think>")).hasValue(151667);
        assertThat(tokenizer.addedIdOf("</think>")).hasValue(151668);
        assertThat(tokenizer.vocabularySize()).isEqualTo(151669);
        assertThat(tokenizer.endOfText()).hasValue(151645);
        assertThat(tokenizer.beginOfText()).isEmpty();
        assertThat(tokenizer.encode("</think>")).doesNotContain(151668);
        assertThat(tokenizer.encodeWithSpecials("</think>")).containsExactly(151668);
    }

    @Test
    void knowsTheMarkersOfLlama() {
        Tokenizer tokenizer = PublishedTokenizer.of("llama2");
        assertThat(tokenizer.beginOfText()).hasValue(1);
        assertThat(tokenizer.endOfText()).hasValue(2);
        assertThat(tokenizer.encode("<s></s>")).doesNotContain(1, 2);
        assertThat(tokenizer.tokenBytes(3)).containsExactly(0);
        assertThat(tokenizer.bytes(tokenizer.encodeContinuation(" [/INST]"))).isEqualTo(" [/INST]".getBytes(UTF_8));
    }

    private static List<String> texts(Path file) throws IOException {
        return Arrays.asList(Files.readString(file).split("\n__ggml_vocab_test__\n"));
    }

    private static List<int[]> ids(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .map(line -> line.isEmpty()
                        ? new int[0]
                        : Arrays.stream(line.split(" +"))
                                .mapToInt(Integer::parseInt)
                                .toArray())
                .toList();
    }
}
