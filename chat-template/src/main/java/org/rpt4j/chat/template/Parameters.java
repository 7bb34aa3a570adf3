package org.rpt4j.chat.template;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments by the names of the parameters.
 *
 * @param what name of the callee, for messages
 * @param values the arguments that are given
 * @param budget the work that is left
 */
record Parameters(String what, Map<String, Object> values, Budget budget) {

    Object get(String name, Object otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** Returns an argument that is neither absent nor none, or null. */
    @Nullable
    Object orNull(String name) {
        Object value = values.get(name);
        return value == None.NONE ? null : value;
    }

    Object required(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new JinjaException(what + " is missing its argument \"" + name + "\"");
        }
        return value;
    }

    String string(String name) {
        return string(name, required(name));
    }

    /** Returns a string; null if it is absent or none. */
    @Nullable
    String stringOrNull(String name) {
        Object value = orNull(name);
        return value == null ? null : string(name, value);
    }

    private String string(String name, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException(what + ": argument \"" + name + "\" is " + Values.type(value) + ", not a string");
    }

    /** Returns an argument as Python's {@code str()} prints it. */
    String text(String name, String otherwise) {
        return Representation.text(get(name, otherwise), budget);
    }

    /** Returns an integer; one that is far out of range becomes the nearest in range. */
    int integer(String name, int otherwise) {
        Number value = Values.number(get(name, (long) otherwise));
        if (value instanceof Long number) {
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
        }
        throw new JinjaException(
                what + ": argument \"" + name + "\" is " + Values.type(required(name)) + ", not an integer");
    }

    boolean truth(String name) {
        return Values.truth(get(name, false));
    }
}
