package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.TokenizerException;

class TokenizerConfigTest {

    @TempDir
    private Path directory;

    @Test
    void everythingIsOptional() {
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig(null, null, null, null, Map.of()));
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"bos_token\": null}");
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig(null, null, null, null, Map.of()));
    }

    @Test
    void aByteOrderMarkIsDropped() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "\uFEFF{\"bos_token\": \"<s>\"}");
        assertThat(TokenizerConfig.read(directory).specialTokens()).containsExactly(Map.entry("bos_token", "<s>"));
    }

    @Test
    void twoValuesOfOneKeyAndTextBehindTheObjectAreRefused() {
        for (String json : List.of("{\"bos_token\": \"<s>\", \"bos_token\": \"<b>\"}", "{} {}")) {
            TinyTokenizers.put(directory, "tokenizer_config.json", json);
            assertThatThrownBy(() -> TokenizerConfig.read(directory))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("tokenizer_config.json");
        }
    }

    @Test
    void readsTokensInBothForms() {
        TinyTokenizers.put(
                directory,
                "tokenizer_config.json",
                "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", \"add_bos_token\": false,"
                        + " \"chat_template\": \"x\"}");
        assertThat(TokenizerConfig.read(directory))
                .isEqualTo(new TokenizerConfig(
                        "<s>", "</s>", false, "x", Map.of("bos_token", "<s>", "eos_token", "</s>")));
    }

    @Test
    void keepsEverySpecialTokenForTheTemplate() {
        TinyTokenizers.put(
                directory,
                "tokenizer_config.json",
                "{\"pad_token\": \"<pad>\", \"unk_token\": {\"content\": \"<unk>\", \"lstrip\": false},"
                        + " \"sep_token\": null, \"model_max_length\": 5}");
        assertThat(TokenizerConfig.read(directory).specialTokens())
                .isEqualTo(Map.of("pad_token", "<pad>", "unk_token", "<unk>"));
    }

    @Test
    void takesTheDefaultOfSeveralTemplates() {
        TinyTokenizers.put(
                directory,
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
                        + " {\"name\": \"default\", \"template\": \"d\"}]}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{\"default\": \"d\", \"tool_use\": \"t\"}#a dictionary with the keys [default, tool_use]",
                "{}#a dictionary with the keys []",
                "7#is 7; expected a text",
                "false#is false; expected a text",
                "[]#none of which is named \"default\"",
                "[\"x\"]#a list with the entry \"x\"",
                "[{\"name\": \"default\"}]#a list with the entry {\"name\":\"default\"}",
                "[{\"name\": \"default\", \"template\": 3}]#expected entries with a name and a template",
                "[{\"name\": \"rag\", \"template\": \"r\"}, {\"name\": \"tools\", \"template\": \"t\"}]#[rag, tools]",
            })
    void refusesTemplatesOfOtherShapes(String value, String message) {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": " + value + "}");
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer_config.json")
                .hasMessageContaining(message);
    }

    @Test
    void aTemplateThatIsNullIsNone() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": null}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isNull();
    }

    @Test
    void aTemplateFileGoesFirst() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"eos_token\": \"e\", \"chat_template\": \"x\"}");
        TinyTokenizers.put(directory, "chat_template.jinja", "y\n");
        assertThat(TokenizerConfig.read(directory))
                .isEqualTo(new TokenizerConfig(null, "e", null, "y\n", Map.of("eos_token", "e")));
    }

    /** As the message of such a list advises. */
    @Test
    void aTemplateFileReplacesAListWithoutADefault() {
        TinyTokenizers.put(
                directory, "tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"r\"}]}");
        TinyTokenizers.put(directory, "chat_template.jinja", "y");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("y");
    }

    @Test
    void theTemplateOfAProcessorCountsWhereThereIsNoOther() {
        TinyTokenizers.put(directory, "chat_template.json", "{\"chat_template\": \"p\"}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("p");
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": null}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("p");
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": \"x\"}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {"{}#has no field", "[]#has no field", "{\"chat_template\": 7}#is 7", "{\"chat_template\": #valid"})
    void aMalformedTemplateOfAProcessorIsRefused(String content, String message) {
        TinyTokenizers.put(directory, "chat_template.json", content);
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("chat_template.json")
                .hasMessageContaining(message);
    }

    @Test
    void additionalTemplatesAreRefusedAsTheOnlyOnes() throws IOException {
        Path others = Files.createDirectory(directory.resolve("additional_chat_templates"));
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isNull();
        TinyTokenizers.put(others, "tool_use.jinja", "t");
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContainingAll("additional_chat_templates", "[tool_use.jinja]", "chat_template.jinja");
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"chat_template\": \"x\"}");
        assertThat(TokenizerConfig.read(directory).chatTemplate()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "add_bos_token#\"false\"",
                "add_bos_token#0",
                "add_bos_token#[]",
                "bos_token#5",
                "bos_token#{\"id\":5}",
                "eos_token#[\"</s>\"]",
                "pad_token#{\"content\":null}",
                "mask_token#true"
            })
    void aValueOfAnotherKindIsRefusedByName(String name, String value) {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"" + name + "\": " + value + "}");
        assertThatThrownBy(() -> TokenizerConfig.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContainingAll("\"" + name + "\"", value, "tokenizer_config.json");
    }

    @Test
    void aFlagThatIsNullIsNone() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"add_bos_token\": null}");
        assertThat(TokenizerConfig.read(directory).addBeginOfText()).isNull();
    }
}
