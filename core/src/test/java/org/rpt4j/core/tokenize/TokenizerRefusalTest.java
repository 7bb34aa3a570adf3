package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
                "{\"model\":#not valid JSON",
                "[]#not a JSON object",
                "{\"model\":7}#its model is not a JSON object",
                "{\"model\":{\"vocab\":{\"a\":\"b\"}}}#an id that is no integer",
            })
    void refusesByName(String json, String message) {
        TinyTokenizers.put(directory, "tokenizer.json", json);
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
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
    void namesTheFileThatTheNativeLibraryRefuses() {
        TinyTokenizers.put(
                directory,
                "tokenizer.json",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]},"
                        + "\"decoder\":{\"type\":\"ByteLevel\"}}");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("cannot be loaded")
                .hasCauseInstanceOf(RuntimeException.class);
    }

    @Test
    void refusesAMalformedConfig() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\"}]}");
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("\"rag\"");
    }
}
