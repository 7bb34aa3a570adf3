package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Formats values like Python's {@code json.dumps}. */
final class Json {

    private final Budget budget;
    private final BoundedText text;
    private final boolean asciiOnly;
    private final boolean sorted;
    private final @Nullable String indent;
    private final String betweenItems;
    private final String afterKey;

    private Json(Parameters given) {
        this.budget = given.budget();
        this.text = new BoundedText(budget);
        this.asciiOnly = given.truth("ensure_ascii");
        this.sorted = given.truth("sort_keys");
        this.indent = indent(given);
        Object separators = given.get("separators", None.NONE);
        if (separators == None.NONE) {
            this.betweenItems = indent == null ? ", " : ",";
            this.afterKey = ": ";
        } else if (separators instanceof List<?> pair
                && pair.size() == 2
                && pair.get(0) instanceof String items
                && pair.get(1) instanceof String key) {
            this.betweenItems = items;
            this.afterKey = key;
        } else {
            throw new JinjaException(
                    "filter tojson: separators are " + Values.type(separators) + ", not a pair of strings");
        }
    }

    /** Formats a value with the arguments of the filter {@code tojson}. */
    static String of(Object value, Parameters given) {
        Json json = new Json(given);
        json.write(value, 0);
        return json.text.toString();
    }

    private static @Nullable String indent(Parameters given) {
        Object indent = given.get("indent", None.NONE);
        if (indent == None.NONE || indent instanceof String) {
            return indent instanceof String blanks ? blanks : null;
        }
        return " ".repeat(Math.max(0, Budget.checkedLength(given.integer("indent", 0))));
    }

    private void write(Object value, int level) {
        budget.spend(1);
        if (value instanceof String string) {
            quote(string);
        } else if (Sequence.isArray(value)) {
            array((List<?>) value, level);
        } else if (value instanceof Map<?, ?> map) {
            object(map, level);
        } else {
            text.append(scalar(value));
        }
    }

    private String scalar(Object value) {
        if (value == None.NONE) {
            return "null";
        }
        if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
            return number.toString();
        }
        if (value instanceof Double || value instanceof Long) {
            return Representation.of(value, budget);
        }
        if (value instanceof Boolean) {
            return value.toString();
        }
        throw new JinjaException(Values.type(value) + " cannot be written as JSON");
    }

    private void array(List<?> list, int level) {
        int below = Budget.deeper(level);
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
            text.append(i == 0 ? "" : betweenItems);
            startLine(below);
            write(list.get(i), below);
        }
        if (!list.isEmpty()) {
            startLine(level);
        }
        text.append(']');
    }

    private void object(Map<?, ?> map, int level) {
        int below = Budget.deeper(level);
        text.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : sorted ? ListFilters.sortedEntries(map, budget) : map.entrySet()) {
            text.append(first ? "" : betweenItems);
            first = false;
            startLine(below);
            quote(entry.getKey() instanceof String key ? key : scalar(entry.getKey()));
            text.append(afterKey);
            write(entry.getValue(), below);
        }
        if (!first) {
            startLine(level);
        }
        text.append('}');
    }

    private void startLine(int level) {
        if (indent != null) {
            text.append('\n').repeat(indent, level);
        }
    }

    private void quote(String string) {
        budget.spend(string.length());
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < ' ' || (asciiOnly && c > '~')) {
                        String hex = Integer.toHexString(c);
                        text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
