package org.rpt4j.model.format.gguf;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.Printable;

/**
 * The keys and values of a file, by type: whole numbers are {@code Long}, {@code float32} is {@code Float}, and arrays are
 * {@code List<String>}, {@code long[]} or {@code float[]}. Immutable by agreement.
 */
final class GgufMetadata {

    private static final int SHOWN = 80;

    /** An array of texts that was not kept. */
    record Skipped(int count) {}

    private final String file;
    private final Map<String, Object> values;

    GgufMetadata(String file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    /** Returns the file, for messages. */
    String file() {
        return file;
    }

    Set<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        if (values.get(key) instanceof String text) {
            return text;
        }
        throw unexpected(key, "a text");
    }

    String textOr(String key, String other) {
        return has(key) ? text(key) : other;
    }

    /** A number from 0 to 2^31-1. */
    int count(String key) {
        if (values.get(key) instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw unexpected(key, "a whole number from 0 to 2^31-1");
    }

    int countOr(String key, int other) {
        return has(key) ? count(key) : other;
    }

    /** A number that may be given for each layer, if all are equal. */
    int sameCount(String key) {
        if (values.get(key) instanceof long[] each && each.length > 0) {
            for (long one : each) {
                if (one != each[0] || one < 0 || one > Integer.MAX_VALUE) {
                    throw unexpected(key, "one number for all layers");
                }
            }
            return (int) each[0];
        }
        return count(key);
    }

    /**
     * A finite number. Of a {@code float32}, the shortest decimal that is rounded to it, so that 1e-5 is what the file was
     * made from.
     */
    double number(String key) {
        Object value = values.get(key);
        double number = value instanceof Float single
                ? Double.parseDouble(single.toString())
                : value instanceof Double || value instanceof Long ? ((Number) value).doubleValue() : Double.NaN;
        if (!Double.isFinite(number)) {
            throw unexpected(key, "a finite number");
        }
        return number;
    }

    double numberOr(String key, double other) {
        return has(key) ? number(key) : other;
    }

    boolean flag(String key) {
        if (values.get(key) instanceof Boolean flag) {
            return flag;
        }
        throw unexpected(key, "true or false");
    }

    boolean flagOr(String key, boolean other) {
        return has(key) ? flag(key) : other;
    }

    @SuppressWarnings("unchecked") // only lists of texts are put into the map
    List<String> texts(String key) {
        if (values.get(key) instanceof List<?> list) {
            return (List<String>) list;
        }
        throw unexpected(key, "an array of texts");
    }

    /** The length of an array of texts, whether it was kept or not. */
    int textCount(String key) {
        return values.get(key) instanceof Skipped skipped
                ? skipped.count()
                : texts(key).size();
    }

    long[] numbers(String key) {
        if (values.get(key) instanceof long[] numbers) {
            return numbers;
        }
        throw unexpected(key, "an array of whole numbers");
    }

    float[] singles(String key) {
        if (values.get(key) instanceof float[] numbers) {
            return numbers;
        }
        throw unexpected(key, "an array of float32");
    }

    /** Returns a value as it is shown in messages. */
    String shown(String key) {
        return shown(values.get(key));
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "missing";
        }
        if (value instanceof List<?> list) {
            return "an array of " + list.size() + " texts";
        }
        if (value instanceof Skipped skipped) {
            return "an array of " + skipped.count() + " texts";
        }
        if (value instanceof long[] || value instanceof float[]) {
            return "an array of " + Array.getLength(value) + " numbers";
        }
        return value instanceof String text ? quoted(text) : value.toString();
    }

    /** A text of the file for a message: in one line, and not too long. */
    static String quoted(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return "\"" + Printable.line(cut) + "\"";
    }

    ModelFormatException unexpected(String key, String expected) {
        return new ModelFormatException(file + ": " + key + " is " + shown(key) + ", expected " + expected);
    }
}
