package org.rpt4j.chat.template;

import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The filters, which follow {@code |}: those of texts and numbers, and the table of all. */
final class Filters {

    private static final Map<String, Operation<Object>> FILTERS = table();

    private Filters() {}

    private static Map<String, Operation<Object>> table() {
        Map<String, Operation<Object>> filters = new HashMap<>(ListFilters.table());
        text(filters, "trim", "chars", (s, a) -> Strings.strip(s, a.stringOrNull("chars"), true, true));
        text(filters, "upper", "", (s, a) -> Letters.upper(s, a.budget()));
        text(filters, "lower", "", (s, a) -> Letters.lower(s, a.budget()));
        text(filters, "title", "", (s, a) -> Letters.titledWords(s, a.budget()));
        text(filters, "capitalize", "", (s, a) -> Letters.capitalized(s, a.budget()));
        text(filters, "string", "", (s, a) -> s);
        text(filters, "safe", "", (s, a) -> s);
        text(filters, "center", "width", (s, a) -> Strings.padded(s, a.integer("width", 80), " ", 1, a.budget()));
        text(filters, "wordcount", "", (s, a) -> words(s));
        text(filters, "replace", "old new count", Filters::replaced);
        filters.put("indent", Operation.of("width first blank", Filters::indented));
        filters.put("tojson", Operation.of("ensure_ascii indent separators sort_keys", Json::of));
        filters.put("int", Operation.of("default base", Filters::integer));
        filters.put("float", Operation.of("default", Filters::decimal));
        filters.put(
                "abs", Operation.constant("", (v, a) -> Operators.signed(Comparison.order(v, 0L, a.budget()) < 0, v)));
        filters.put("round", Operation.constant("precision method", Filters::rounded));
        filters.put("length", Operation.constant("", (v, a) -> Values.length(v, a.budget())));
        filters.put("count", Operation.constant("", (v, a) -> Values.length(v, a.budget())));
        filters.put("default", Operation.constant("default_value boolean", Filters::otherwise));
        filters.put("d", Operation.constant("default_value boolean", Filters::otherwise));
        filters.put("reverse", Operation.of("", Filters::reversed));
        filters.put("attr", Operation.constant("name", (v, a) -> Access.attribute(v, a.string("name"))));
        return Map.copyOf(filters);
    }

    /** A filter that turns its value into a text first. */
    private static void text(
            Map<String, Operation<Object>> filters, String name, String parameters, Operation.Body<String> body) {
        filters.put(name, Operation.of(parameters, (v, a) -> {
            String text = Representation.text(v, a.budget());
            a.budget().spend(text.length());
            return body.apply(text, a);
        }));
    }

    static Object apply(String name, Object input, Arguments arguments) {
        if (name.equals("format")) {
            Object values = arguments.named().isEmpty() ? Sequence.tuple(arguments.positional()) : arguments.named();
            return PercentFormat.of(Representation.text(input, arguments.budget()), values, arguments.budget());
        }
        if (SelectFilters.has(name)) {
            return SelectFilters.apply(name, input, arguments);
        }
        Operation<Object> filter = FILTERS.get(name);
        if (filter == null) {
            throw new JinjaException("filter \"" + name + "\" is not supported");
        }
        return filter.apply(input, arguments);
    }

    static boolean has(String name) {
        return name.equals("format") || SelectFilters.has(name) || FILTERS.containsKey(name);
    }

    private static Object words(String text) {
        long words = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            boolean letter = Character.isLetterOrDigit(text.codePointAt(i)) || text.charAt(i) == '_';
            words += letter && !inWord ? 1 : 0;
            inWord = letter;
        }
        return words;
    }

    private static Object replaced(String text, Parameters given) {
        given.required("old");
        given.required("new");
        int most = given.orNull("count") == null ? -1 : given.integer("count", -1);
        return Strings.replace(text, given.text("old", ""), given.text("new", ""), most, given.budget());
    }

    private static Object otherwise(Object value, Parameters given) {
        boolean missing = value instanceof Undefined || (given.truth("boolean") && !Values.truth(value));
        return missing ? given.get("default_value", "") : value;
    }

    private static Object indented(Object value, Parameters given) {
        if (!(value instanceof String text)) {
            throw new JinjaException(given.what() + " expects a string, not " + Values.type(value));
        }
        String blanks = given.get("width", 4L) instanceof String prefix
                ? prefix
                : " ".repeat(Math.max(0, Budget.checkedLength(given.integer("width", 4))));
        return Strings.indent(text, blanks, given.truth("first"), given.truth("blank"), given.budget());
    }

    private static Object integer(Object value, Parameters given) {
        Object otherwise = given.get("default", 0L);
        if (value instanceof Undefined missing) {
            throw missing.used();
        }
        int base = given.integer("base", 10);
        if (base != 0 && (base < Character.MIN_RADIX || base > Character.MAX_RADIX)) {
            return otherwise;
        }
        Number number = Values.number(value);
        if (number == null && value instanceof String text) {
            number = Numbers.integer(text, base);
            number = number == null ? Numbers.decimal(text) : number;
        }
        Long whole = number instanceof Double decimal ? Numbers.truncated(decimal) : (Long) number;
        return whole == null ? otherwise : whole;
    }

    private static Object decimal(Object value, Parameters given) {
        if (value instanceof Undefined missing) {
            throw missing.used();
        }
        Number number = value instanceof String text ? Numbers.decimal(text) : Values.number(value);
        return number == null ? given.get("default", 0.0) : (Object) number.doubleValue();
    }

    private static Object rounded(Object value, Parameters given) {
        String method = given.text("method", "common");
        RoundingMode mode = switch (method) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default ->
                throw new JinjaException(
                        given.what() + ": method is \"" + method + "\"; available: common, ceil, floor");
        };
        Number number = Values.number(value);
        if (number == null) {
            throw new JinjaException(given.what() + " expects a number, not " + Values.type(value));
        }
        int precision = given.integer("precision", 0);
        if (number instanceof Long && mode == RoundingMode.HALF_EVEN && precision >= 0) {
            return number;
        }
        double rounded = Numbers.rounded(number.doubleValue(), precision, mode);
        return number instanceof Long && mode == RoundingMode.HALF_EVEN ? (Object) (long) rounded : rounded;
    }

    private static Object reversed(Object value, Parameters given) {
        if (value instanceof String text) {
            given.budget().spend(text.length());
            return new StringBuilder(text).reverse().toString();
        }
        List<Object> elements = new ArrayList<>(Values.elements(value, given.budget()));
        Collections.reverse(elements);
        return elements;
    }
}
