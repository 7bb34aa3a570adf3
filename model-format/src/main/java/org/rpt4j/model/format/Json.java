package org.rpt4j.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rpt4j.api.error.ModelFormatException;

/** JSON from untrusted sources: UTF-8 only, no duplicate keys, and every length limited. */
final class Json {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING = 16 << 20;
    private static final int MAX_NAME = 1 << 16;
    private static final int MAX_NUMBER = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
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

    /**
     * Reads a file that contains one JSON object.
     *
     * @param maxBytes maximum size of the file
     * @throws ModelFormatException if it is missing, too large or not a JSON object
     */
    static ObjectNode readObject(Path file, int maxBytes) {
        byte[] bytes;
        try {
            bytes = PlainFiles.read(file, maxBytes);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file + ": " + e.getMessage(), e);
        }
        try (JsonParser parser = parser(bytes)) {
            if (MAPPER.readTree(parser) instanceof ObjectNode object) {
                requireEnd(parser);
                return object;
            }
            throw new ModelFormatException(file + " is not a JSON object");
        } catch (IOException e) {
            throw new ModelFormatException(file + " is not a JSON object: " + reason(e), e);
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
