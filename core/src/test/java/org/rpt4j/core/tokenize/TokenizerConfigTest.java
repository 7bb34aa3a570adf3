package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerConfigTest {

    @TempDir
    private Path directory;

    @Test
    void everythingIsOptional() {
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig(null, null, null, null));
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"bos_token\": null}");
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig(null, null, null, null));
    }

    @Test
    void readsTokensInBothForms() {
        TinyTokenizers.put(
                directory,
                "tokenizer_config.json",
                "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\", \"add_bos_token\": false,"
                        + " \"chat_template\": \"x\"}");
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig("<s>", "</s>", false, "x"));
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

    @Test
    void aTemplateFileGoesFirst() {
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"eos_token\": \"e\", \"chat_template\": \"x\"}");
        TinyTokenizers.put(directory, "chat_template.jinja", "y\n");
        assertThat(TokenizerConfig.read(directory)).isEqualTo(new TokenizerConfig(null, "e", null, "y\n"));
    }
}
