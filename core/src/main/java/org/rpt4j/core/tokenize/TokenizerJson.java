package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.TokenizerException;

/**
 * The content of {@code tokenizer.json}. The file has hundreds of thousands of entries, so it is read as a stream; the
 * merges, which only the native library needs, are skipped.
 */
final class TokenizerJson {

    // UTF-8 only: in another encoding, text positions would not match byte positions.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .build())
            .build();
    // A noncharacter, which does not occur in Unicode text.
    private static final String PLACEHOLDER = "\uFDD0";

    private final Path file;
    private final byte[] content;
    private final ObjectNode settings = JSON.createObjectNode();
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private int addedStart;
    private int addedEnd;

    private TokenizerJson(Path file, byte[] content) {
        this.file = file;
        this.content = content;
    }

    /** An entry of {@code added_tokens}. */
    record AddedToken(int id, String content, boolean special) {

        /**
         * Whether the token is markup instead of text. Only white space and similar pieces of text, which some
         * vocabularies also add, are not.
         */
        boolean isMarker() {
            return steers() || content.startsWith("<") || content.startsWith("[");
        }

        /** Whether text that encodes to this token could take control of the prompt or the answer. */
        boolean steers() {
            return special || content.equals(Tokenizer.THINK_START) || content.equals(Tokenizer.THINK_END);
        }
    }

    static TokenizerJson read(Path modelDirectory) {
        Path file = modelDirectory.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            boolean sentencePiece = Files.exists(modelDirectory.resolve("tokenizer.model"));
            throw new TokenizerException("No tokenizer.json in " + modelDirectory.toAbsolutePath() + "."
                    + (sentencePiece
                            ? " It has tokenizer.model: convert it with the transformers library, which writes both."
                            : " Copy it from the model's repository."));
        }
        try {
            TokenizerJson json = new TokenizerJson(file, Files.readAllBytes(file));
            json.readRoot();
            return json;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static JsonNode parse(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TokenizerException unreadable(Path file, IOException cause) {
        if (cause instanceof JsonProcessingException malformed) {
            return new TokenizerException(file + " is not valid JSON: " + malformed.getOriginalMessage(), cause);
        }
        return cause instanceof CharacterCodingException
                ? new TokenizerException(file + " is not valid UTF-8", cause)
                : new TokenizerException(file + " cannot be read: " + cause, cause);
    }

    private void readRoot() throws IOException {
        try (JsonParser json = JSON.createParser(content)) {
            requireObject(json.nextToken(), "the file");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("model")) {
                    readModel(json);
                } else {
                    int start = (int) json.currentTokenLocation().getByteOffset();
                    settings.set(field, JSON.readTree(json));
                    if (field.equals("added_tokens")) {
                        requireListOrNull(settings.path(field));
                        addedStart = start;
                        addedEnd = (int) json.currentLocation().getByteOffset();
                    }
                }
            }
        }
    }

    private void readModel(JsonParser json) throws IOException {
        requireObject(json.currentToken(), "its model");
        ObjectNode model = settings.putObject("model");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
                readVocabulary(json);
            } else if (field.equals("vocab") || field.equals("merges")) {
                json.skipChildren();
            } else {
                model.set(field, JSON.readTree(json));
            }
        }
    }

    private void readVocabulary(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String piece = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new TokenizerException(file + " gives token \"" + piece + "\" an id that is not an integer");
            }
            vocabulary.put(piece, json.getIntValue());
        }
    }

    private void requireObject(JsonToken found, String what) {
        if (found != JsonToken.START_OBJECT) {
            throw new TokenizerException(file + ": " + what + " is not a JSON object");
        }
    }

    private void requireListOrNull(JsonNode addedTokens) {
        if (!addedTokens.isArray() && !addedTokens.isNull()) {
            throw new TokenizerException(file + ": its added_tokens are not a list");
        }
    }

    Path file() {
        return file;
    }

    /** A field of the root, without the model's vocabulary and merges. */
    JsonNode at(String field) {
        return settings.path(field);
    }

    /** Pieces and ids of the model, without added tokens; empty if they are not an object. */
    Map<String, Integer> vocabulary() {
        return vocabulary;
    }

    List<AddedToken> addedTokens() {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : settings.path("added_tokens")) {
            tokens.add(new AddedToken(
                    token.path("id").asInt(-1),
                    token.path("content").asText(),
                    token.path("special").asBoolean()));
        }
        return tokens;
    }

    /** The unchanged file. */
    byte[] complete() {
        return content;
    }

    /**
     * The file without markers, so that no text can encode to one. The native library renumbers added tokens in order,
     * so a marker with its own id is replaced by a placeholder that does not occur in text.
     */
    byte[] withoutMarkers() {
        if (addedEnd == 0) {
            return content;
        }
        ArrayNode kept = JSON.createArrayNode();
        List<AddedToken> tokens = addedTokens();
        for (int i = 0; i < tokens.size(); i++) {
            AddedToken token = tokens.get(i);
            ObjectNode entry = settings.path("added_tokens").get(i).deepCopy();
            if (!token.isMarker()) {
                kept.add(entry);
            } else if (!vocabulary.containsKey(token.content())) {
                kept.add(entry.put("content", PLACEHOLDER + token.id() + PLACEHOLDER));
            }
        }
        ByteArrayOutputStream spliced = new ByteArrayOutputStream(content.length);
        spliced.write(content, 0, addedStart);
        spliced.writeBytes(bytes(kept));
        spliced.write(content, addedEnd, content.length - addedEnd);
        return spliced.toByteArray();
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }
}
