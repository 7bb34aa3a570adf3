package org.rpt4j.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON from untrusted sources: UTF-8 only, no duplicate keys, and every length limited. Python writes {@code NaN} and
 * {@code Infinity} as numbers, so they are read; {@link JsonFields} refuses them wherever a number matters.
 */
final class Json {

    /** As deep as Python reads; the tree is built without recursion. */
    private static final int MAX_DEPTH = 1000;

    private static final int MAX_STRING = 16 << 20;
    private static final int MAX_NAME = 1 << 16;
    private static final int MAX_NUMBER = 64;

    // A vocabulary has more names than a table of symbols is made for, and each occurs once.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Creates a streaming parser over UTF-8 bytes; invalid UTF-8 is an error and never replaced. */
    static JsonParser parser(byte[] utf8) throws IOException {
        return FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder()));
    }

    /** Reads one value of any kind, and nothing after it. */
    static JsonNode tree(byte[] utf8) throws IOException {
        try (JsonParser parser = parser(utf8)) {
            JsonNode tree = MAPPER.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw new IOException("it is empty");
            }
            requireEnd(parser);
            return tree;
        }
    }

    /** Returns the object as UTF-8. */
    static byte[] bytes(ObjectNode object) {
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }

    /** Checks that only white space follows. */
    static void requireEnd(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new IOException("unexpected text after the object, at character "
                    + parser.currentTokenLocation().getCharOffset());
        }
    }

    /** Describes the error in one line, without the parser's own location. */
    static String reason(IOException error) {
        if (error instanceof CharacterCodingException) {
            return "it is not valid UTF-8";
        }
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
