package org.rpt4j.run.config.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON files: nested objects, whose names are joined by dots, or dotted names. */
final class JsonFormat {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser parser;
    private final FileValues values;

    private JsonFormat(JsonParser parser, FileValues values) {
        this.parser = parser;
        this.values = values;
    }

    static void read(String text, FileValues values) {
        try (JsonParser parser = JSON.createParser(text)) {
            new JsonFormat(parser, values).document();
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw values.malformed(line, "invalid JSON: " + e.getOriginalMessage() + ".", e);
        } catch (IOException e) {
            throw new AssertionError("a text in memory can be read", e);
        }
    }

    private void document() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw values.malformed(line(), "a configuration must be one JSON object, { ... }.", null);
        }
        object("");
        if (parser.nextToken() != null) {
            throw values.malformed(line(), "unexpected text after the end of the configuration.", null);
        }
    }

    private void object(String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix + parser.currentName();
            int line = line();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                object(name + ".");
            } else if (token == JsonToken.START_ARRAY) {
                values.add(Given.list(name, array(name), values.at(line)));
            } else {
                values.add(Given.value(name, scalar(name), values.at(line)));
            }
        }
    }

    private List<String> array(String name) throws IOException {
        List<String> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(scalar(name));
        }
        return elements;
    }

    private String scalar(String name) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            throw values.malformed(line(), name + " is null. Give it a value, or remove the line.", null);
        }
        if (!parser.currentToken().isScalarValue()) {
            throw values.malformed(line(), name + " is a list of lists or objects, which no key accepts.", null);
        }
        return parser.getText();
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }
}
