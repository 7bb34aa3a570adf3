package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of values: strings, {@link Long}, {@link Double}, booleans, {@link None}, {@link Undefined}, lists, maps,
 * {@link Attributes} and {@link Callable}; and the operations that Python defines for all of them.
 */
final class Values {

    private Values() {}

    /** Copies a value from Java; other types are rejected. */
    static Object of(@Nullable Object value) {
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
            return list.stream().map(Values::of).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(of(k), of(v)));
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
            return "a list";
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

    /** Python's {@code str()}; empty for undefined values. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : representation(value);
    }

    /** Python's {@code repr()}. */
    static String representation(Object value) {
        if (value instanceof String text) {
            String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
            return quote
                    + text.replace("\\", "\\\\")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r")
                            .replace("\t", "\\t")
                            .replace(quote, quote.equals("'") ? "\\'" : "\"")
                    + quote;
        }
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        if (value == None.NONE) {
            return "None";
        }
        if (value instanceof List<?> list) {
            return joined("[", list.stream().map(Values::representation).toList(), "]");
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((k, v) -> entries.add(representation(k) + ": " + representation(v)));
            return joined("{", entries, "}");
        }
        if (value instanceof Long || value instanceof Double) {
            return value.toString();
        }
        throw new JinjaException(type(value) + " has no text");
    }

    private static String joined(String open, List<String> parts, String close) {
        BoundedText text = new BoundedText().append(open);
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(parts.get(i));
        }
        return text.append(close).toString();
    }

    static boolean equal(Object a, Object b, Budget budget) {
        budget.spend(1 + Math.min(size(a), size(b)) / 64);
        Number x = number(a);
        Number y = number(b);
        if (x != null && y != null) {
            return compare(x, y) == 0;
        }
        if (a instanceof Undefined || b instanceof Undefined) {
            return a instanceof Undefined && b instanceof Undefined;
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            boolean same = left.size() == right.size();
            for (int i = 0; same && i < left.size(); i++) {
                same = equal(left.get(i), right.get(i), budget);
            }
            return same;
        }
        if (a instanceof Map && b instanceof Map) {
            throw new JinjaException("comparing dictionaries is not supported");
        }
        return a.equals(b);
    }

    static int compare(Object a, Object b) {
        Number x = number(a);
        Number y = number(b);
        if (x instanceof Long left && y instanceof Long right) {
            return Long.compare(left, right);
        }
        if (x != null && y != null) {
            return Double.compare(x.doubleValue(), y.doubleValue());
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        throw new JinjaException(type(a) + " and " + type(b) + " have no order");
    }

    /** Returns a number, or a boolean as Python counts it; null for anything else. */
    static @Nullable Number number(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        return value instanceof Number number ? number : null;
    }

    static List<Object> elements(Object value) {
        if (value instanceof Undefined) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            return text.codePoints()
                    .mapToObj(Character::toString)
                    .map(Object.class::cast)
                    .toList();
        }
        throw new JinjaException(type(value) + " cannot be looped over");
    }

    static int length(Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        return value instanceof Map<?, ?> map ? map.size() : elements(value).size();
    }

    static boolean contains(Object container, Object element, Budget budget) {
        budget.spend(1 + size(container) / 64);
        if (container instanceof String text) {
            if (element instanceof String part) {
                return text.contains(part);
            }
            throw new JinjaException(type(element) + " cannot be in a string");
        }
        return elements(container).stream().anyMatch(other -> equal(other, element, budget));
    }

    /** Returns the number of characters or elements in a value: the cost of working on it. */
    static long size(Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        return value instanceof Map<?, ?> map ? map.size() : 0;
    }
}
