package org.rpt4j.core.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** A line that is one JSON object. */
final class JsonLine {

    // The line length is already bounded, so a string in it may be as long as the line. Of two values of one key, which
    // one counts would be a guess.
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // Python writes NaN and Infinity; they matter only in a field that is to hold text.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final int LONG_LINE = 1 << 20;

    private JsonLine() {}

    /**
     * What reads the fields of an object, from behind its opening brace to its closing one.
     *
     * @param <T> what it makes of them
     */
    interface Body<T> {
        T read(JsonParser json) throws IOException;
    }

    /** Reads a line that is an object and nothing else. */
    static <T> T read(String line, String place, Body<T> body) {
        try (JsonParser json = parser(line, place)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new CorpusException("Corpus " + place + " holds " + kind(json.currentToken())
                        + ", not a JSON object. Write one object per line.");
            }
            T content = body.read(json);
            if (json.nextToken() != null) {
                throw new CorpusException(
                        "Corpus " + place + " has text after its JSON object. Write one object per line.");
            }
            return content;
        } catch (JsonEOFException e) {
            throw new CorpusException("Corpus " + place + " is not valid JSON: the line ends inside its object.", e);
        } catch (JsonProcessingException e) {
            long column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw new CorpusException(
                    "Corpus " + place + ", column " + column + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CorpusException("Corpus " + place + " cannot be read: " + e, e);
        }
    }

    /** Whether a line is a JSON object and nothing else. */
    static boolean isObject(Line line) {
        try (JsonParser json = parser(line.text(), line.place())) {
            boolean object = json.nextToken() == JsonToken.START_OBJECT;
            json.skipChildren();
            return object && json.nextToken() == null;
        } catch (IOException | CorpusException e) {
            return false;
        }
    }

    /** Parsing a long line takes longer than a thread that is to stop may take. */
    private static JsonParser parser(String line, String place) throws IOException {
        return line.length() < LONG_LINE
                ? JSON.createParser(line)
                : JSON.createParser(Interruption.checked(place, line));
    }

    /** Checks that a text can be written as UTF-8. */
    static void requirePairedSurrogates(String part, String field, String place) {
        int broken = unpairedSurrogate(part);
        if (broken >= 0) {
            throw new CorpusException("Corpus " + place + ": character " + broken + " of field \"" + field
                    + "\" is an unpaired surrogate, which UTF-8 cannot encode. Fix the escape.");
        }
    }

    private static int unpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** What a token is, for messages. */
    static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "the token " + token.asString();
        };
    }
}
