package org.rpt4j.core.corpus;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * A row of a file with fields: a JSON object, a row of a Parquet file, or a line of a table. A value is a
 * {@code String}, {@code Boolean}, {@code Number}, {@code List} or {@code Map} of such values, or null.
 *
 * @param file name of the file, with which the ids of its rows begin
 * @param number number of the row in its file, from 1; of a JSON line, the number of the line
 * @param place location, for messages
 * @param values the fields by name, in the order of the file; not modifiable
 * @since 0.1.0
 */
public record Row(String file, long number, String place, Map<String, @Nullable Object> values) {

    /** The largest number up to which every whole number is a {@code double}. */
    private static final double WHOLE = 0x1p53;

    public Row {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The id of the row: {@code <file>#<number>}. */
    public String id() {
        return file + "#" + number;
    }

    /**
     * A value by the path of its field, such as {@code answer}, {@code answer.value} for a field inside an object, or
     * {@code choices.0} for an entry of a list. A field whose own name has dots comes first. A path that goes on behind
     * a list of objects gives the list of its values.
     *
     * @return null if the field is null or not there
     */
    public @Nullable Object value(String path) {
        return at(values, path);
    }

    /**
     * The text of a value: a string as it is, and a number or a truth value as it would be written.
     *
     * @throws CorpusException if the value is missing, null, a list or an object; the message names the fields
     */
    public String text(String path) {
        Object value = value(path);
        String text = value == null ? null : textOf(value);
        if (text == null) {
            throw new CorpusException("Corpus " + place
                    + (value == null
                            ? " has no field \"" + path + "\"; it has "
                            : ": field \"" + path + "\" is " + (value instanceof List ? "a list" : "an object")
                                    + ", not a text; it has ")
                    + values.keySet() + ". Name another field.");
        }
        return text;
    }

    /** The text of a value that is a string, a number or a truth value; null for any other. */
    public static @Nullable String textOf(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            boolean whole = number == Math.rint(number) && Math.abs(number) < WHOLE;
            return whole ? String.valueOf((long) number) : value.toString();
        }
        boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
        return scalar ? value.toString() : null;
    }

    private static @Nullable Object at(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            if (map.containsKey(path)) {
                return map.get(path);
            }
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                if (map.containsKey(path.substring(0, dot))) {
                    return at(map.get(path.substring(0, dot)), path.substring(dot + 1));
                }
            }
            return null;
        }
        return value instanceof List<?> list ? atEntry(list, path) : null;
    }

    private static @Nullable Object atEntry(List<?> list, String path) {
        int dot = path.indexOf('.');
        String first = dot < 0 ? path : path.substring(0, dot);
        if (first.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(first);
            Object entry = index < list.size() ? list.get(index) : null;
            return dot < 0 ? entry : at(entry, path.substring(dot + 1));
        }
        return list.stream().map(entry -> at(entry, path)).toList();
    }
}
