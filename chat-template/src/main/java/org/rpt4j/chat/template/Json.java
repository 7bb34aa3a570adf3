package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Formats values like Python's {@code json.dumps(value, ensure_ascii=False)}. */
final class Json {

    private Json() {}

    /**
     * @param indent spaces per level; negative for a single line
     */
    static String of(Object value, int indent) {
        return write(value, indent, 0);
    }

    private static String write(Object value, int indent, int level) {
        if (value instanceof String text) {
            return quoted(text);
        }
        if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            list.forEach(element -> parts.add(write(element, indent, level + 1)));
            return bracketed('[', parts, ']', indent, level);
        }
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((k, v) -> parts.add(quoted(Values.text(k)) + ": " + write(v, indent, level + 1)));
            return bracketed('{', parts, '}', indent, level);
        }
        if (value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return value.toString();
        }
        if (value == None.NONE) {
            return "null";
        }
        throw new JinjaException(Values.type(value) + " cannot be written as JSON");
    }

    private static String bracketed(char open, List<String> parts, char close, int indent, int level) {
        boolean lines = indent >= 0 && !parts.isEmpty();
        BoundedText text = new BoundedText().append(String.valueOf(open));
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : lines ? "," : ", ");
            text.append(lines ? lineStart(indent, level + 1) : "").append(parts.get(i));
        }
        return text.append(lines ? lineStart(indent, level) : "")
                .append(String.valueOf(close))
                .toString();
    }

    private static String lineStart(int indent, int level) {
        return "\n" + " ".repeat(Budget.checkedLength((long) indent * level));
    }

    private static String quoted(String text) {
        BoundedText json = new BoundedText().append("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            json.append(
                    switch (c) {
                        case '"' -> "\\\"";
                        case '\\' -> "\\\\";
                        case '\n' -> "\\n";
                        case '\r' -> "\\r";
                        case '\t' -> "\\t";
                        case '\b' -> "\\b";
                        case '\f' -> "\\f";
                        default -> c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c);
                    });
        }
        return json.append("\"").toString();
    }
}
