package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.model.format.SourceFiles;

/**
 * The content of {@code tokenizer_config.json} and of the files of a chat template; everything is optional, because many
 * checkpoints lack these files.
 *
 * @param beginOfText content of {@code bos_token}
 * @param endOfText content of {@code eos_token}
 * @param addBeginOfText {@code add_bos_token}; null leaves it to the post-processor of {@code tokenizer.json}
 * @param chatTemplate source of the template: the file {@code chat_template.jinja}, else the field
 *     {@code chat_template}, else that of {@code chat_template.json}; if the field is a list, its entry named
 *     {@code default} counts
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
        Path file = SourceFiles.path(model, FILE);
        JsonNode json = SourceFiles.exists(model, FILE) ? TokenizerJson.parse(model, FILE) : MissingNode.getInstance();
        return new TokenizerConfig(
                token(json, "bos_token", file),
                token(json, "eos_token", file),
                flag(json, "add_bos_token", file),
                ChatTemplateFiles.read(model, json, file),
                specialTokens(json, file));
    }

    /** In transformers, whatever is not false, zero or empty counts as true, the text "false" as well. */
    private static @Nullable Boolean flag(JsonNode json, String name, Path file) {
        JsonNode flag = json.path(name);
        if (flag.isBoolean()) {
            return flag.booleanValue();
        }
        if (flag.isNull() || flag.isMissingNode()) {
            return null;
        }
        throw new TokenizerException("\"" + name + "\" in " + file + " is " + Printable.line(flag)
                + ", expected true or false. Correct the file.");
    }

    private static Map<String, String> specialTokens(JsonNode json, Path file) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : SPECIAL_TOKENS) {
            String content = token(json, name, file);
            if (content != null) {
                tokens.put(name, content);
            }
        }
        return tokens;
    }

    /** A token is given as its content or as an object that describes it. */
    private static @Nullable String token(JsonNode json, String name, Path file) {
        JsonNode node = json.path(name);
        JsonNode content = node.isObject() ? node.path("content") : node;
        if (content.isTextual()) {
            return content.textValue();
        }
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        throw new TokenizerException("\"" + name + "\" in " + file + " is " + Printable.line(node)
                + ", expected a text, or an object whose \"content\" is a text. Correct the file.");
    }
}
