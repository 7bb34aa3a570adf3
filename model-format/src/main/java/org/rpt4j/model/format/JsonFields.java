package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Typed access to the fields of a JSON object; error messages name the object and the field.
 *
 * @param where the object, for messages
 * @param object its fields
 */
record JsonFields(String where, ObjectNode object) {

    /** Returns whether the field exists and is not null. */
    boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** Reads a positive whole number below 2^31. */
    int positive(String key) {
        if (!has(key)) {
            throw new ModelFormatException(where + ": \"" + key + "\" is missing");
        }
        return positive(key, 0);
    }

    int positive(String key, int absent) {
        JsonNode node = object.path(key);
        if (isAbsent(node)) {
            return absent;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
            throw unexpected(key, node, "a whole number between 1 and 2^31-1");
        }
        return node.intValue();
    }

    /** Reads a finite number. */
    double number(String key) {
        if (!has(key)) {
            throw new ModelFormatException(where + ": \"" + key + "\" is missing");
        }
        return number(key, 0);
    }

    double number(String key, double absent) {
        JsonNode node = object.path(key);
        if (isAbsent(node)) {
            return absent;
        }
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw unexpected(key, node, "a number");
        }
        return node.doubleValue();
    }

    boolean flag(String key, boolean absent) {
        JsonNode node = object.path(key);
        if (isAbsent(node)) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw unexpected(key, node, "true or false");
        }
        return node.booleanValue();
    }

    String text(String key, String absent) {
        JsonNode node = object.path(key);
        if (isAbsent(node)) {
            return absent;
        }
        if (!node.isTextual()) {
            throw unexpected(key, node, "a string");
        }
        return node.textValue();
    }

    /** Returns the object under a key; the field is required. */
    JsonFields nested(String key) {
        JsonNode node = object.path(key);
        if (node instanceof ObjectNode nested) {
            return new JsonFields(where + ": " + key, nested);
        }
        throw unexpected(key, node, "an object");
    }

    ModelFormatException unexpected(String key, JsonNode found, String expected) {
        String text = found.isMissingNode() ? "missing" : found.toString();
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return new ModelFormatException(where + ": \"" + key + "\" is " + shown + ", expected " + expected);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
