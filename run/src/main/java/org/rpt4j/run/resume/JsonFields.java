package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;

/** Reads fields that have to be there and of their type; what is not is an {@link IllegalArgumentException}. */
final class JsonFields {

    private JsonFields() {}

    static JsonNode field(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return value;
    }

    static JsonNode array(JsonNode json, String name) {
        JsonNode value = field(json, name);
        if (!value.isArray()) {
            throw new IllegalArgumentException(name + " is " + value.getNodeType() + ", not a list");
        }
        return value;
    }

    static String text(JsonNode json, String name) {
        JsonNode value = field(json, name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(name + " is " + value.getNodeType() + ", not text");
        }
        return value.textValue();
    }

    static long whole(JsonNode json, String name) {
        JsonNode value = field(json, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is " + value + ", not a whole number");
        }
        return value.longValue();
    }

    static int index(JsonNode json, String name) {
        long value = whole(json, name);
        if (value != (int) value) {
            throw new IllegalArgumentException(name + " is " + value + ", which is too large");
        }
        return (int) value;
    }

    /** A number; one that is not finite is written as text. */
    static double real(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return switch (value.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new IllegalArgumentException(value + " is not a number");
        };
    }

    static int[] integers(JsonNode json, String name) {
        JsonNode list = array(json, name);
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            if (!list.get(i).isInt()) {
                throw new IllegalArgumentException(name + " holds " + list.get(i) + ", not a whole number");
            }
            values[i] = list.get(i).intValue();
        }
        return values;
    }

    static double[] reals(JsonNode json, String name) {
        JsonNode list = array(json, name);
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(list.get(i));
        }
        return values;
    }

    static byte[] bytes(JsonNode json, String name) {
        return Base64.getDecoder().decode(text(json, name));
    }

    static <E extends Enum<E>> E name(Class<E> type, JsonNode json, String name) {
        return Enum.valueOf(type, text(json, name));
    }
}
