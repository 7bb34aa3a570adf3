package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/**
 * The content of {@code tokenizer_config.json} and {@code chat_template.jinja}; everything is optional, because many
 * checkpoints lack these files.
 *
 * @param beginOfText content of {@code bos_token}
 * @param endOfText content of {@code eos_token}
 * @param addBeginOfText {@code add_bos_token}; null leaves it to the post-processor of {@code tokenizer.json}
 * @param chatTemplate source of the template; the file {@code chat_template.jinja} takes precedence over the field
 *     {@code chat_template}; if the field is a list, its entry named {@code default} counts
 * @since 0.1.0
 */
public record TokenizerConfig(
        @Nullable String beginOfText,
        @Nullable String endOfText,
        @Nullable Boolean addBeginOfText,
        @Nullable String chatTemplate) {

    private static final TokenizerConfig EMPTY = new TokenizerConfig(null, null, null, null);

    /**
     * Reads the files of a model directory.
     *
     * @throws TokenizerException if a file exists but is malformed
     */
    public static TokenizerConfig read(Path modelDirectory) {
        Path file = modelDirectory.resolve("tokenizer_config.json");
        TokenizerConfig config = Files.exists(file) ? of(TokenizerJson.parse(file), file) : EMPTY;
        Path template = modelDirectory.resolve("chat_template.jinja");
        return Files.exists(template) ? config.withChatTemplate(TokenizerJson.readText(template)) : config;
    }

    private static TokenizerConfig of(JsonNode json, Path file) {
        JsonNode addBeginOfText = json.path("add_bos_token");
        return new TokenizerConfig(
                token(json.path("bos_token")),
                token(json.path("eos_token")),
                addBeginOfText.isBoolean() ? addBeginOfText.booleanValue() : null,
                template(json.path("chat_template"), file));
    }

    /** A token is given as its content or as an object that describes it. */
    private static @Nullable String token(JsonNode node) {
        JsonNode content = node.isObject() ? node.path("content") : node;
        return content.isTextual() ? content.textValue() : null;
    }

    private static @Nullable String template(JsonNode node, Path file) {
        if (!node.isArray()) {
            return node.isTextual() ? node.textValue() : null;
        }
        for (JsonNode entry : node) {
            if (entry.path("name").asText().equals("default")) {
                return entry.path("template").textValue();
            }
        }
        throw new TokenizerException(
                file + " has a list of chat templates, none of which is named \"default\": " + node.findValues("name"));
    }

    private TokenizerConfig withChatTemplate(String source) {
        return new TokenizerConfig(beginOfText, endOfText, addBeginOfText, source);
    }
}
