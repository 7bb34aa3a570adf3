package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The filters, which follow {@code |}. */
final class Filters {

    private Filters() {}

    @FunctionalInterface
    private interface Filter {
        Object apply(Object input, Arguments arguments);
    }

    private static final Map<String, Filter> FILTERS = Map.ofEntries(
            Map.entry("trim", (v, a) -> Strings.strip(Values.text(v), trimmed(a), true, true)),
            Map.entry("upper", (v, a) -> Strings.upper(Values.text(v))),
            Map.entry("lower", (v, a) -> Strings.lower(Values.text(v))),
            Map.entry("title", (v, a) -> Strings.titledWords(Values.text(v))),
            Map.entry("capitalize", (v, a) -> Strings.capitalize(Values.text(v))),
            Map.entry("string", (v, a) -> Values.text(v)),
            Map.entry("safe", (v, a) -> Values.text(v)),
            Map.entry(
                    "replace",
                    (v, a) -> Strings.replace(
                            Values.text(v), a.string(0, "old"), a.string(1, "new"), a.integer(2, "count", -1))),
            Map.entry("indent", Filters::indent),
            Map.entry("length", (v, a) -> (long) Values.length(v)),
            Map.entry("count", (v, a) -> (long) Values.length(v)),
            Map.entry("default", Filters::otherwise),
            Map.entry("d", Filters::otherwise),
            Map.entry("tojson", (v, a) -> Json.of(v, a.integer(0, "indent", -1))),
            Map.entry("int", (v, a) -> integer(v, a.integer(0, "default", 0))),
            Map.entry("float", (v, a) -> decimal(v)),
            Map.entry("abs", (v, a) -> Operators.negated(Values.compare(v, 0L) > 0 ? Operators.negated(v) : v)),
            Map.entry("list", (v, a) -> Values.elements(v)),
            Map.entry("items", (v, a) -> v instanceof Map<?, ?> map ? Methods.items(map) : List.of()),
            Map.entry("dictsort", (v, a) -> dictionarySorted(v)),
            Map.entry("first", (v, a) -> edge(v, true)),
            Map.entry("last", (v, a) -> edge(v, false)),
            Map.entry("reverse", (v, a) -> reversed(v)),
            Map.entry("join", Filters::join),
            Map.entry("sum", (v, a) -> sum(v, a)),
            Map.entry("unique", Filters::unique),
            Map.entry("sort", Filters::sorted),
            Map.entry("map", Filters::map),
            Map.entry("select", (v, a) -> selected(v, a, false, true)),
            Map.entry("reject", (v, a) -> selected(v, a, false, false)),
            Map.entry("selectattr", (v, a) -> selected(v, a, true, true)),
            Map.entry("rejectattr", (v, a) -> selected(v, a, true, false)));

    static Object apply(String name, Object input, Arguments arguments, int line) {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
            throw new JinjaException("filter \"" + name + "\" is not supported", line);
        }
        arguments.atMost(3);
        Budget budget = arguments.frame().budget();
        budget.spend(Values.size(input));
        Object result = filter.apply(input, arguments);
        budget.spend(Values.size(result));
        return result;
    }

    private static String trimmed(Arguments arguments) {
        return arguments.has(0, "chars") ? arguments.string(0, "chars") : " \t\n\r\u000b\f";
    }

    private static Object otherwise(Object value, Arguments arguments) {
        boolean falseToo = Values.truth(arguments.get(1, "boolean", false));
        boolean missing = value instanceof Undefined || (falseToo && !Values.truth(value));
        return missing ? arguments.get(0, "default_value", "") : value;
    }

    private static Object indent(Object value, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String blanks = width instanceof String text
                ? text
                : " ".repeat(Math.max(0, Budget.checkedLength(arguments.integer(0, "width", 4))));
        boolean first = Values.truth(arguments.get(1, "first", false));
        boolean blank = Values.truth(arguments.get(2, "blank", false));
        return Strings.indent(Values.text(value), blanks, first, blank);
    }

    private static Object integer(Object value, long otherwise) {
        Number number = Values.number(value);
        if (number != null) {
            return number.longValue();
        }
        try {
            return Long.valueOf(Values.text(value).strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object decimal(Object value) {
        Number number = Values.number(value);
        try {
            return number != null ? number.doubleValue() : Double.parseDouble(Values.text(value));
        } catch (NumberFormatException e) {
            return 0.0;
        }
    }

    private static Object edge(Object value, boolean first) {
        List<Object> elements = Values.elements(value);
        if (elements.isEmpty()) {
            return new Undefined(first ? "first of an empty sequence" : "last of an empty sequence");
        }
        return elements.get(first ? 0 : elements.size() - 1);
    }

    private static Object reversed(Object value) {
        List<Object> elements = new ArrayList<>(Values.elements(value));
        Collections.reverse(elements);
        return value instanceof String ? Strings.join(elements, "") : elements;
    }

    private static Object dictionarySorted(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("filter dictsort expects a dictionary, not " + Values.type(value));
        }
        List<Object> pairs = Methods.items(map);
        pairs.sort((x, y) -> compareIgnoringCase(((List<?>) x).get(0), ((List<?>) y).get(0)));
        return pairs;
    }

    private static int compareIgnoringCase(Object a, Object b) {
        return a instanceof String x && b instanceof String y
                ? Strings.lower(x).compareTo(Strings.lower(y))
                : Values.compare(a, b);
    }

    private static Object join(Object value, Arguments arguments) {
        List<Object> parts = Values.elements(value);
        if (arguments.has(1, "attribute")) {
            String attribute = arguments.string(1, "attribute");
            parts = parts.stream()
                    .map(part -> attribute(part, attribute, arguments))
                    .toList();
        }
        return Strings.join(parts, arguments.has(0, "d") ? arguments.string(0, "d") : "");
    }

    private static Object sum(Object value, Arguments arguments) {
        Object total = arguments.get(1, "start", 0L);
        for (Object element : Values.elements(value)) {
            Object part = arguments.has(0, "attribute")
                    ? attribute(element, arguments.string(0, "attribute"), arguments)
                    : element;
            total = Operators.binary("+", total, part, arguments.frame().budget());
        }
        return total;
    }

    private static Object unique(Object value, Arguments arguments) {
        List<Object> kept = new ArrayList<>();
        for (Object element : Values.elements(value)) {
            if (!Values.contains(kept, element, arguments.frame().budget())) {
                kept.add(element);
            }
        }
        return kept;
    }

    private static Object sorted(Object value, Arguments arguments) {
        Comparator<Object> order = Filters::compareIgnoringCase;
        if (arguments.has(2, "attribute")) {
            String attribute = arguments.string(2, "attribute");
            order = (a, b) ->
                    compareIgnoringCase(attribute(a, attribute, arguments), attribute(b, attribute, arguments));
        }
        boolean reverse = Values.truth(arguments.get(0, "reverse", false));
        List<Object> sorted = new ArrayList<>(Values.elements(value));
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    /** Maps by the name of another filter, or by {@code attribute=}. */
    private static Object map(Object value, Arguments arguments) {
        List<Object> mapped = new ArrayList<>();
        boolean byAttribute = arguments.named().containsKey("attribute");
        for (Object element : Values.elements(value)) {
            arguments.frame().budget().spend(1);
            mapped.add(
                    byAttribute
                            ? attribute(element, arguments.string(3, "attribute"), arguments)
                            : apply(arguments.string(0, "filter"), element, rest(arguments, 1), 0));
        }
        return mapped;
    }

    private static Object selected(Object value, Arguments arguments, boolean byAttribute, boolean keep) {
        int testIndex = byAttribute ? 1 : 0;
        List<Object> kept = new ArrayList<>();
        for (Object element : Values.elements(value)) {
            arguments.frame().budget().spend(1);
            Object subject = byAttribute ? attribute(element, arguments.string(0, "attribute"), arguments) : element;
            boolean holds = arguments.has(testIndex, "test")
                    ? Tests.holds(arguments.string(testIndex, "test"), subject, rest(arguments, testIndex + 1), 0)
                    : Values.truth(subject);
            if (holds == keep) {
                kept.add(element);
            }
        }
        return kept;
    }

    private static Arguments rest(Arguments arguments, int from) {
        List<Object> left = arguments.positional();
        return new Arguments(
                arguments.what(), left.subList(Math.min(from, left.size()), left.size()), Map.of(), arguments.frame());
    }

    private static Object attribute(Object value, String dotted, Arguments arguments) {
        Object found = value;
        for (String name : dotted.split("\\.")) {
            found = Access.item(found, name, arguments.frame().budget());
        }
        return found;
    }
}
