package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of values: strings, {@link Long}, {@link Double}, booleans, {@link None}, {@link Undefined}, lists and
 * {@link Sequence}, maps, {@link Attributes} and {@link Callable}; and the operations that Python defines for all of
 * them.
 */
final class Values {

    private Values() {}

    /** Copies a value from Java; other types are rejected. */
    static Object of(@Nullable Object value) {
        return of(value, 0);
    }

    private static Object of(@Nullable Object value, int depth) {
        if (value == null) {
            return None.NONE;
        }
        if (value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return value;
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof List<?> list) {
            int below = Budget.deeper(depth);
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(of(element, below)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            int below = Budget.deeper(depth);
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(of(k, below), of(v, below)));
            return copy;
        }
        throw new IllegalArgumentException(
                "a template does not accept a " + value.getClass().getName());
    }

    static String type(Object value) {
        if (value instanceof Undefined missing) {
            return "undefined (" + missing.name() + ")";
        }
        if (value instanceof String) {
            return "a string";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof Long || value instanceof Double) {
            return "a number";
        }
        if (value instanceof List) {
            return Sequence.isTuple(value) ? "a tuple" : value instanceof Sequence ? "a sequence" : "a list";
        }
        if (value instanceof Map) {
            return "a dictionary";
        }
        return value == None.NONE ? "none" : value instanceof Callable ? "a function" : "an object";
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value != None.NONE && !(value instanceof Undefined);
    }

    /** Returns a number, or a boolean as Python counts it; null for anything else. */
    static @Nullable Number number(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        return value instanceof Number number ? number : null;
    }

    /** Returns a new list of what a loop over the value visits. */
    static List<Object> elements(Object value, Budget budget) {
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        if (value instanceof List<?> list) {
            budget.spendOnElements(list.size());
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            budget.spendOnElements(map.size());
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            budget.spendOnElements(text.length());
            List<Object> characters = new ArrayList<>(text.length());
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        throw new JinjaException(type(value) + " cannot be looped over");
    }

    /** Python's {@code len()}. */
    static long length(Object value, Budget budget) {
        if (value instanceof String text) {
            budget.spend(text.length());
            return text.codePointCount(0, text.length());
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw new JinjaException(type(value) + " has no length");
    }
}
