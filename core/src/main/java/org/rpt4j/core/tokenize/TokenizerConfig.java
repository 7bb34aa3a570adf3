package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.model.format.SourceFiles;

/**
 * The content of {@code tokenizer_config.json} and {@code chat_template.jinja}; everything is optional, because many
 * checkpoints lack these files.
 *
 * @param beginOfText content of {@code bos_token}
 * @param endOfText content of {@code eos_token}
 * @param addBeginOfText {@code add_bos_token}; null leaves it to the post-processor of {@code tokenizer.json}
 * @param chatTemplate source of the template; the file {@code chat_template.jinja} takes precedence over the field
 *     {@code chat_template}; if the field is a list, its entry named {@code default} counts
 * @param specialTokens contents of the special tokens that a template can write, by their names, such as
 *     {@code pad_token}
 * @since 0.1.0
 */
public record TokenizerConfig(
        @Nullable String beginOfText,
        @Nullable String endOfText,
        @Nullable Boolean addBeginOfText,
        @Nullable String chatTemplate,
        Map<String, String> specialTokens) {

    private static final String FILE = "tokenizer_config.json";
    private static final TokenizerConfig EMPTY = new TokenizerConfig(null, null, null, null, Map.of());
    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    public TokenizerConfig {
        specialTokens = Map.copyOf(specialTokens);
    }

    /**
     * Reads the files of a model directory, or what a GGUF file has in their place.
     *
     * @throws TokenizerException if a file exists but is malformed
     */
    public static TokenizerConfig read(Path model) {
        TokenizerConfig config = SourceFiles.exists(model, FILE)
                ? of(TokenizerJson.parse(model, FILE), SourceFiles.path(model, FILE))
                : EMPTY;
        Path template = model.resolve("chat_template.jinja");
        return Files.exists(template) ? config.withChatTemplate(TokenizerJson.readText(template)) : config;
    }

    private static TokenizerConfig of(JsonNode json, Path file) {
        JsonNode addBeginOfText = json.path("add_bos_token");
        return new TokenizerConfig(
                token(json.path("bos_token")),
                token(json.path("eos_token")),
                addBeginOfText.isBoolean() ? addBeginOfText.booleanValue() : null,
                template(json.path("chat_template"), file),
                specialTokens(json));
    }

    private static Map<String, String> specialTokens(JsonNode json) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : SPECIAL_TOKENS) {
            String content = token(json.path(name));
            if (content != null) {
                tokens.put(name, content);
            }
        }
        return tokens;
    }

    /** A token is given as its content or as an object that describes it. */
    private static @Nullable String token(JsonNode node) {
        JsonNode content = node.isObject() ? node.path("content") : node;
        return content.isTextual() ? content.textValue() : null;
    }

    private static @Nullable String template(JsonNode node, Path file) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        if (!node.isArray()) {
            throw new TokenizerException("The chat_template in " + file + " is "
                    + (node.isObject() ? "a dictionary with the keys " + keys(node) : node)
                    + "; expected a text, or a list of entries with a name and a template. "
                    + "Put the template of your choice into chat_template.jinja beside it.");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode entry : node) {
            if (!entry.path("name").isTextual() || !entry.path("template").isTextual()) {
                throw new TokenizerException("The chat_template in " + file + " is a list with the entry " + entry
                        + "; expected entries with a name and a template, both texts");
            }
            if (entry.path("name").textValue().equals("default")) {
                return entry.path("template").textValue();
            }
            names.add(entry.path("name").textValue());
        }
        throw new TokenizerException(
                "The chat_template in " + file + " is a list of the templates " + names
                        + ", none of which is named \"default\". Put the one of your choice into chat_template.jinja beside it.");
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private TokenizerConfig withChatTemplate(String source) {
        return new TokenizerConfig(beginOfText, endOfText, addBeginOfText, source, specialTokens);
    }
}
