package org.rpt4j.core.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of JSON as values of a row. The parser bounds their depth. */
final class JsonValues {

    private JsonValues() {}

    /** The fields of the object whose opening brace was read, up to its closing brace. */
    static Map<String, @Nullable Object> fields(JsonParser json, RowLayout layout, String place) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (layout.wants(name)) {
                fields.put(name, value(json, name, place));
            } else {
                json.skipChildren();
            }
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser json, String field, String place) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json, field, place);
            case START_ARRAY -> list(json, field, place);
            case VALUE_STRING -> {
                JsonLine.requirePairedSurrogates(json.getText(), field, place);
                yield json.getText();
            }
            case VALUE_NUMBER_INT -> json.getNumberValue();
            // Exactly as it is written; NaN has no digits.
            case VALUE_NUMBER_FLOAT -> json.isNaN() ? (Number) json.getDoubleValue() : new BigDecimal(json.getText());
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            default -> null;
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser json, String field, String place)
            throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, value(json, field + "." + name, place));
        }
        return Collections.unmodifiableMap(fields);
    }

    private static List<@Nullable Object> list(JsonParser json, String field, String place) throws IOException {
        List<@Nullable Object> entries = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            entries.add(value(json, field, place));
        }
        return Collections.unmodifiableList(entries);
    }
}
