package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.model.format.SourceFiles;

/**
 * The content of {@code tokenizer.json}, or what a GGUF file has in its place. The file has hundreds of thousands of entries, so it is read as a stream.
 */
final class TokenizerJson {

    // UTF-8 only, as the format demands. Pieces are names of fields, and to intern so many is slow.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .build();
    // Of two values of one key, which one counts would be a guess.
    private static final JsonMapper CONFIG = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    // The largest published files have some 35 MB.
    private static final int MAX_BYTES = 128 << 20;
    private static final int MAX_CONFIG_BYTES = 16 << 20;
    private static final Set<String> FIELDS =
            Set.of("added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder");

    static final String FILE = "tokenizer.json";

    private final Path file;
    private final ObjectNode settings = JSON.createObjectNode();
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<String> leftHalves = new ArrayList<>();
    private final List<String> rightHalves = new ArrayList<>();

    private TokenizerJson(Path file) {
        this.file = file;
    }

    /** An entry of {@code added_tokens}. */
    record AddedToken(
            int id,
            String content,
            boolean special,
            boolean singleWord,
            boolean lstrip,
            boolean rstrip,
            boolean normalized) {

        /**
         * Whether the token is markup instead of text. Only white space and similar pieces of text, which some
         * vocabularies also add, are not.
         */
        boolean isMarker() {
            return steers() || content.startsWith("<") || content.startsWith("[");
        }

        /** Whether text that encodes to this token could take control of the prompt or the answer. */
        boolean steers() {
            return special || ThoughtMarkers.isKnown(content);
        }

        /** The same token without the white space that it takes from the text around it. */
        AddedToken exact() {
            return new AddedToken(id, content, special, singleWord, false, false, normalized);
        }
    }

    static TokenizerJson read(Path model) {
        Path file = SourceFiles.path(model, FILE);
        if (!SourceFiles.isGguf(model) && !Files.exists(file)) {
            boolean sentencePiece = Files.exists(model.resolve("tokenizer.model"));
            String gguf = SourceFiles.hint(model);
            throw new TokenizerException("No " + FILE + " in " + model.toAbsolutePath()
                    + (!gguf.isEmpty()
                            ? gguf
                            : sentencePiece
                                    ? ". It has tokenizer.model: convert it with the transformers library, which writes"
                                            + " both."
                                    : ". Copy it from the model's repository."));
        }
        try {
            TokenizerJson json = new TokenizerJson(file);
            json.readRoot(SourceFiles.readJson(model, FILE, MAX_BYTES));
            return json;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static JsonNode parse(Path model, String name) {
        try {
            return CONFIG.readTree(SourceFiles.readJson(model, name, MAX_CONFIG_BYTES));
        } catch (IOException e) {
            throw unreadable(SourceFiles.path(model, name), e);
        }
    }

    static String readText(Path file) {
        try {
            return PlainFiles.readText(file, MAX_CONFIG_BYTES);
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

    private void readRoot(byte[] content) throws IOException {
        try (JsonParser json = JSON.createParser(content)) {
            requireObject(json.nextToken(), "the file");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("model")) {
                    readModel(json);
                } else if (!FIELDS.contains(field)) {
                    json.skipChildren();
                } else {
                    settings.set(field, JSON.readTree(json));
                    if (field.equals("added_tokens")) {
                        requireListOrNull(settings.path(field));
                    }
                }
            }
            if (json.nextToken() != null) {
                throw new TokenizerException(file + " has text behind its JSON object");
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
            } else if (field.equals("merges") && value == JsonToken.START_ARRAY) {
                readMerges(json);
            } else if (field.equals("vocab") || field.equals("merges")) {
                json.skipChildren();
            } else {
                model.set(field, JSON.readTree(json));
            }
        }
    }

    /** A merge is a list of two pieces or, in older files, a text with one space between them. */
    private void readMerges(JsonParser json) throws IOException {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token == JsonToken.VALUE_STRING) {
                String pair = json.getText();
                int space = pair.indexOf(' ');
                if (pair.startsWith("#version") && leftHalves.isEmpty()) {
                    continue;
                }
                requirePair(space > 0 && space == pair.lastIndexOf(' '));
                addMerge(pair.substring(0, space), pair.substring(space + 1));
            } else {
                requirePair(token == JsonToken.START_ARRAY && json.nextToken() == JsonToken.VALUE_STRING);
                String left = json.getText();
                requirePair(json.nextToken() == JsonToken.VALUE_STRING);
                addMerge(left, json.getText());
                requirePair(json.nextToken() == JsonToken.END_ARRAY);
            }
        }
    }

    private void requirePair(boolean isPair) {
        if (!isPair) {
            throw refusal("has merge " + leftHalves.size() + " that is not two pieces");
        }
    }

    private void addMerge(String left, String right) {
        leftHalves.add(left);
        rightHalves.add(right);
    }

    private void readVocabulary(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String piece = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new TokenizerException(file + " gives token \"" + piece + "\" an id that is not an integer");
            }
            Integer other = vocabulary.put(piece, json.getIntValue());
            if (other != null) {
                throw refusal("lists the piece \"" + piece + "\" twice");
            }
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
            if (!token.path("content").isTextual() || !token.path("id").canConvertToInt()) {
                throw refusal("has an entry of added_tokens without content or id: " + token);
            }
            tokens.add(new AddedToken(
                    token.path("id").intValue(),
                    token.path("content").textValue(),
                    token.path("special").asBoolean(),
                    token.path("single_word").asBoolean(),
                    token.path("lstrip").asBoolean(),
                    token.path("rstrip").asBoolean(),
                    token.path("normalized").asBoolean()));
        }
        return tokens;
    }

    /** The first halves of the merges, in order. */
    List<String> leftHalves() {
        return leftHalves;
    }

    /** The second halves of the merges, in order. */
    List<String> rightHalves() {
        return rightHalves;
    }

    /** Reports an entry of the file that cannot be used. */
    TokenizerException refusal(String problem) {
        return new TokenizerException(file + " " + problem);
    }
}
