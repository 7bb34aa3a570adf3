package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.TokenizerException;

class TokenizerRefusalTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}}#model type \"WordPiece\"",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0]]}}#model type \"Unigram\"",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"BPEDecoder\"}}#[BPEDecoder]",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}}#a decoder of no steps",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"end_of_word_suffix\":\"</w>\"},"
                        + "\"decoder\":{\"type\":\"ByteLevel\"}}#end_of_word_suffix",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\u4e2d\":7}},\"decoder\":{\"type\":\"ByteLevel\"}}#token 7",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{}},\"decoder\":{\"type\":\"ByteLevel\"}}#no vocabulary",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-4}},\"decoder\":{\"type\":\"ByteLevel\"}}#the id -4",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"},"
                        + "\"added_tokens\":{\"x\":{\"id\":1,\"content\":\"<x>\"}}}#added_tokens are not a list",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"},"
                        + "\"added_tokens\":[{\"id\":8,\"content\":\"<x>\"},"
                        + "{\"id\":7,\"content\":\"<x>\"}]}#two ids, 8 and 7",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]},"
                        + "\"decoder\":{\"type\":\"ByteLevel\"}}#merge 0 has \"b\"",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":1},\"merges\":[\"a b\"]},"
                        + "\"decoder\":{\"type\":\"ByteLevel\"}}#merge 0 has \"ab\"",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"ab\"]}}#merge 0 that is not two pieces",
                "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}}#merge 0 that is not two pieces",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":0}},\"decoder\":{\"type\":\"ByteLevel\"}}#id 0 to two pieces",
                "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}#the piece \"a\" twice",
                "{\"model\":{\"vocab\":{\"a\":4294967296}}}#not valid JSON",
                "{\"model\":{\"vocab\":{\"a\":0},\"dropout\":0.1}}#dropout 0.1",
                "{\"model\":{\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"},"
                        + "\"added_tokens\":[{\"id\":1}]}#without content or id",
                "{\"model\":#not valid JSON",
                "[]#not a JSON object",
                "{\"model\":7}#its model is not a JSON object",
                "{\"model\":{\"vocab\":{\"a\":\"b\"}}}#an id that is not an integer",
            })
    void refusesByName(String json, String message) {
        TinyTokenizers.put(directory, "tokenizer.json", json);
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnotherEncodingThanUtf8() throws IOException {
        String json = "{\"added_tokens\":[{\"id\":1,\"content\":\"<x>\"}],"
                + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"}}";
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16, Charset.forName("UTF-32"))) {
            Files.write(directory.resolve("tokenizer.json"), json.getBytes(charset));
            assertThatThrownBy(() -> Tokenizer.open(directory))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("not valid JSON");
        }
    }

    @Test
    void refusesAVocabularyThatLacksLetters() {
        TinyTokenizers.put(
                directory,
                "tokenizer.json",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"b\":0},\"merges\":[]},\"decoder\":{\"type\":\"ByteLevel\"}}");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("cannot encode \"a\"")
                .hasMessageContaining("at character 0")
                .hasMessageContaining("no token");
    }

    @Test
    void saysWhatToDoWithoutATokenizer() {
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("No tokenizer.json")
                .hasMessageContaining("Copy it");
        TinyTokenizers.put(directory, "tokenizer.model", "");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("convert");
    }

    @Test
    void refusesAMalformedConfig() {
        TinyTokenizers.put(
                directory, "tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"r\"}]}");
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("[rag]");
    }
}
