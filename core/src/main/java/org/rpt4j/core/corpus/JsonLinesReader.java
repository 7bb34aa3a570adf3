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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads one JSON object per line and skips blank lines. The document's number is its line number. */
final class JsonLinesReader implements DocumentReader {

    // The line length is already bounded, so a string in it may be as long as the line. Of two values of one key, which
    // one counts would be a guess.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // Python writes NaN and Infinity; they matter only in a field that is to hold text.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final int LONG_LINE = 1 << 20;

    private final CorpusFile file;
    private final LineReader lines;
    private final CorpusOptions options;
    private final BadLines badLines;
    private final List<String> textFields;

    JsonLinesReader(CorpusFile file, LineReader lines, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.lines = lines;
        this.options = options;
        this.badLines = badLines;
        this.textFields = options.textFields();
    }

    @Override
    public @Nullable Document read() {
        for (Line line = lines.next(); line != null; line = lines.next()) {
            try {
                String text = line.text();
                if (!text.isBlank()) {
                    return options.join(file.id(line.number()), parts(text, line.place()));
                }
            } catch (CorpusException e) {
                badLines.passOver(file, line.number(), e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        lines.close();
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

    /** The strings of the text fields, in the order of the options. */
    private List<String> parts(String line, String place) {
        Map<String, String> found = new TreeMap<>();
        List<String> present = new ArrayList<>();
        try (JsonParser json = parser(line, place)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new CorpusException("Corpus " + place + " holds " + kind(json.currentToken())
                        + ", not a JSON object. Write one object per line.");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                present.add(field);
                JsonToken value = json.nextToken();
                if (!textFields.contains(field)) {
                    json.skipChildren();
                } else if (value == JsonToken.VALUE_STRING) {
                    found.put(field, json.getText());
                } else {
                    throw new CorpusException("Corpus " + place + ": field \"" + field + "\" is " + kind(value)
                            + ", not a string. Choose another field among " + present + ".");
                }
            }
            if (json.nextToken() != null) {
                throw new CorpusException(
                        "Corpus " + place + " has text after its JSON object. Write one object per line.");
            }
        } catch (JsonEOFException e) {
            throw new CorpusException("Corpus " + place + " is not valid JSON: the line ends inside its object.", e);
        } catch (JsonProcessingException e) {
            long column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw new CorpusException(
                    "Corpus " + place + ", column " + column + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CorpusException("Corpus " + place + " cannot be read: " + e, e);
        }
        return inOrder(found, present, place);
    }

    private List<String> inOrder(Map<String, String> found, List<String> present, String place) {
        List<String> parts = new ArrayList<>();
        for (String field : textFields) {
            String part = found.get(field);
            if (part == null) {
                throw new CorpusException("Corpus " + place + " has no field \"" + field + "\"; it has " + present
                        + ". Name the field that holds the text.");
            }
            requirePairedSurrogates(part, field, place);
            parts.add(part);
        }
        return parts;
    }

    private static void requirePairedSurrogates(String part, String field, String place) {
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

    private static String kind(@Nullable JsonToken token) {
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
