package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

/** Values as text: Python's {@code str()} and {@code repr()}. */
final class Representation {

    private final Budget budget;
    private final BoundedText text;

    private Representation(Budget budget) {
        this.budget = budget;
        this.text = new BoundedText(budget);
    }

    /** Python's {@code str()}; empty for undefined values. */
    static String text(Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : of(value, budget);
    }

    /** Python's {@code repr()}. */
    static String of(Object value, Budget budget) {
        Representation representation = new Representation(budget);
        representation.write(value, 0);
        return representation.text.toString();
    }

    private void write(Object value, int depth) {
        budget.spend(1);
        if (value instanceof String string) {
            quote(string);
        } else if (value instanceof Boolean flag) {
            text.append(flag ? "True" : "False");
        } else if (value == None.NONE) {
            text.append("None");
        } else if (value instanceof Undefined) {
            text.append("Undefined");
        } else if (value instanceof Sequence sequence) {
            sequence(sequence, depth);
        } else if (value instanceof List<?> list) {
            elements("[", list, "]", depth);
        } else if (value instanceof Map<?, ?> map) {
            entries(map, depth);
        } else if (value instanceof Double number) {
            text.append(Numbers.text(number, budget));
        } else if (value instanceof Long number) {
            text.append(number.toString());
        } else if (value instanceof Attributes.Namespace namespace) {
            text.append("<Namespace ");
            entries(namespace.values(), depth);
            text.append(">");
        } else {
            throw new JinjaException(Values.type(value) + " has no text");
        }
    }

    private void sequence(Sequence sequence, int depth) {
        switch (sequence.kind()) {
            case TUPLE -> elements("(", sequence, sequence.size() == 1 ? ",)" : ")", depth);
            case RANGE -> text.append(sequence.name());
            case VIEW -> elements(sequence.name() + "([", sequence, "])", depth);
        }
    }

    private void elements(String open, List<?> elements, String close, int depth) {
        int below = Budget.deeper(depth);
        text.append(open);
        for (int i = 0; i < elements.size(); i++) {
            text.append(i == 0 ? "" : ", ");
            write(elements.get(i), below);
        }
        text.append(close);
    }

    private void entries(Map<?, ?> map, int depth) {
        int below = Budget.deeper(depth);
        text.append("{");
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            write(entry.getKey(), below);
            text.append(": ");
            write(entry.getValue(), below);
            separator = ", ";
        }
        text.append("}");
    }

    private void quote(String string) {
        budget.spend(string.length());
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        string.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (c == quote) {
                        text.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        text.appendCodePoint(c);
                    } else {
                        text.append(escaped(c));
                    }
                }
            }
        });
        text.append(quote);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** The escape of a character in Python's source text. */
    static String escaped(int c) {
        String hex = Integer.toHexString(c);
        int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        return (digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U") + "0".repeat(digits - hex.length()) + hex;
    }
}
