package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/**
 * Where a model directory keeps its chat template. The first of these counts: {@code chat_template.jinja}, the field
 * {@code chat_template} in {@code tokenizer_config.json}, the same field in {@code chat_template.json}, which older
 * models with a processor have. Templates in {@code additional_chat_templates} are for other uses than the plain one:
 * they are left alone beside one of the former, and refused as the only ones.
 */
final class ChatTemplateFiles {

    private static final String TEXT = "chat_template.jinja";
    private static final String FIELD = "chat_template";
    private static final String OBJECT = "chat_template.json";
    private static final String OTHERS = "additional_chat_templates";
    private static final String CHOOSE = "Put the one of your choice into " + TEXT + " beside it.";

    private ChatTemplateFiles() {}

    /**
     * Reads the template of a model.
     *
     * @param directory of the model; of a GGUF file, the file, which has its template in the configuration
     * @param configuration content of {@code tokenizer_config.json}; missing if there is no such file
     * @param file where that was read
     * @return null if there is no template
     * @throws TokenizerException if a file is malformed, or none of several templates is the default
     */
    static @Nullable String read(Path directory, JsonNode configuration, Path file) {
        Path text = directory.resolve(TEXT);
        if (Files.exists(text)) {
            return TokenizerJson.readText(text);
        }
        @Nullable String template = template(configuration.path(FIELD), file);
        Path object = directory.resolve(OBJECT);
        if (template == null && Files.exists(object)) {
            template = template(field(TokenizerJson.parse(directory, OBJECT), object), object);
        }
        if (template == null) {
            requireNoOthers(directory.resolve(OTHERS));
        }
        return template;
    }

    private static JsonNode field(JsonNode json, Path file) {
        if (!json.path(FIELD).isMissingNode()) {
            return json.path(FIELD);
        }
        throw new TokenizerException(file + " has no field \"" + FIELD + "\". Put the template into " + TEXT
                + " beside it, or remove the file.");
    }

    private static void requireNoOthers(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jinja"))
                    .sorted()
                    .toList();
            if (!names.isEmpty()) {
                throw new TokenizerException(
                        folder + " has the chat templates " + names + ", and none is the default. " + CHOOSE);
            }
        } catch (IOException e) {
            throw new TokenizerException(folder + " cannot be listed: " + e, e);
        }
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
                    + "; expected a text, or a list of entries with a name and a template. " + CHOOSE);
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
        throw new TokenizerException("The chat_template in " + file + " is a list of the templates " + names
                + ", none of which is named \"default\". " + CHOOSE);
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
