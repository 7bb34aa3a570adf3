package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of lists and dictionaries. */
final class ListFilters {

    private ListFilters() {}

    /** An element and what it is sorted by. */
    private record Keyed(Object element, Object key) {}

    static Map<String, Operation<Object>> table() {
        return Map.ofEntries(
                Map.entry("list", Operation.constant("", (v, a) -> Values.elements(v, a.budget()))),
                Map.entry("items", Operation.constant("", ListFilters::items)),
                Map.entry("first", Operation.constant("", (v, a) -> edge(v, true, a.budget()))),
                Map.entry("last", Operation.constant("", (v, a) -> edge(v, false, a.budget()))),
                Map.entry("join", Operation.of("d attribute", ListFilters::join)),
                Map.entry("sum", Operation.of("attribute start", ListFilters::sum)),
                Map.entry("unique", Operation.of("case_sensitive attribute", ListFilters::unique)),
                Map.entry("sort", Operation.of("reverse case_sensitive attribute", ListFilters::sorted)),
                Map.entry("dictsort", Operation.of("case_sensitive by reverse", ListFilters::dictionarySorted)),
                Map.entry("max", Operation.of("case_sensitive attribute", (v, a) -> extreme(v, a, true))),
                Map.entry("min", Operation.of("case_sensitive attribute", (v, a) -> extreme(v, a, false))),
                Map.entry("batch", Operation.of("linecount fill_with", ListFilters::batches)),
                Map.entry("slice", Operation.of("slices fill_with", ListFilters::slices)));
    }

    private static Object items(Object value, Parameters given) {
        if (value instanceof Map<?, ?> map) {
            return Methods.items(map, given.budget());
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        throw expectsDictionary(value, given);
    }

    private static JinjaException expectsDictionary(Object value, Parameters given) {
        return new JinjaException(given.what() + " expects a dictionary, not " + Values.type(value));
    }

    private static Object edge(Object value, boolean first, Budget budget) {
        Object found = null;
        if (value instanceof String || value instanceof List) {
            found = Operators.element(value, first ? 0 : -1, budget);
        } else {
            List<Object> elements = Values.elements(value, budget);
            found = elements.isEmpty() ? null : elements.get(first ? 0 : elements.size() - 1);
        }
        return found == null
                ? new Undefined(first ? "first of an empty sequence" : "last of an empty sequence")
                : found;
    }

    private static Object join(Object value, Parameters given) {
        List<Object> parts = Values.elements(value, given.budget());
        if (given.orNull("attribute") != null) {
            Attribute attribute = Attribute.of(given.required("attribute"), given);
            parts.replaceAll(part -> attribute.of(part, given.budget()));
        }
        return Strings.join(parts, given.text("d", ""), given.budget());
    }

    private static Object sum(Object value, Parameters given) {
        Object total = given.get("start", 0L);
        if (total instanceof String) {
            throw new JinjaException(given.what() + " cannot add strings; use the filter join");
        }
        Attribute attribute = attribute(given);
        for (Object element : Values.elements(value, given.budget())) {
            total = Operators.binary("+", total, attribute.of(element, given.budget()), given.budget());
        }
        return total;
    }

    private static Attribute attribute(Parameters given) {
        Object path = given.orNull("attribute");
        return path == null ? Attribute.SELF : Attribute.of(path, given);
    }

    private static Object folded(Object value, Parameters given) {
        if (value instanceof String text && !given.truth("case_sensitive")) {
            given.budget().spend(text.length());
            return Letters.lower(text, given.budget());
        }
        return value;
    }

    private static Object unique(Object value, Parameters given) {
        Attribute attribute = attribute(given);
        Set<Object> seen = new HashSet<>();
        List<Object> kept = new ArrayList<>();
        for (Object element : Values.elements(value, given.budget())) {
            Object key = folded(attribute.of(element, given.budget()), given);
            if (seen.add(Keys.canonical(key, given.budget()))) {
                kept.add(element);
            }
        }
        return kept;
    }

    private static Object sorted(Object value, Parameters given) {
        List<Attribute> attributes = new ArrayList<>();
        if (given.orNull("attribute") instanceof String several) {
            for (Object path : Strings.split(several, ",", -1, given.budget())) {
                attributes.add(Attribute.of(path, given));
            }
        } else {
            attributes.add(attribute(given));
        }
        Budget budget = given.budget();
        List<Keyed> keyed = new ArrayList<>();
        for (Object element : Values.elements(value, budget)) {
            budget.spendOnElements(1L + attributes.size());
            List<Object> keys = new ArrayList<>();
            attributes.forEach(attribute -> keys.add(folded(attribute.of(element, budget), given)));
            keyed.add(new Keyed(element, keys));
        }
        return sorted(keyed, given);
    }

    private static List<Object> sorted(List<Keyed> keyed, Parameters given) {
        Comparator<Keyed> order = byKey(given.budget());
        keyed.sort(given.truth("reverse") ? order.reversed() : order);
        List<Object> sorted = new ArrayList<>(keyed.size());
        keyed.forEach(element -> sorted.add(element.element()));
        return sorted;
    }

    private static Comparator<Keyed> byKey(Budget budget) {
        return (a, b) -> Comparison.order(a.key(), b.key(), budget);
    }

    private static Object dictionarySorted(Object value, Parameters given) {
        if (!(value instanceof Map<?, ?> map)) {
            throw expectsDictionary(value, given);
        }
        String by = given.text("by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new JinjaException(given.what() + ": by is \"" + by + "\"; available: key, value");
        }
        List<Keyed> keyed = new ArrayList<>();
        for (Object pair : Methods.items(map, given.budget())) {
            keyed.add(new Keyed(pair, folded(((List<?>) pair).get(by.equals("key") ? 0 : 1), given)));
        }
        return sorted(keyed, given);
    }

    /** The entries in the order of their keys. */
    static List<Map.Entry<?, ?>> sortedEntries(Map<?, ?> map, Budget budget) {
        budget.spendOnElements(map.size());
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        entries.sort((a, b) -> Comparison.order(a.getKey(), b.getKey(), budget));
        return entries;
    }

    private static Object extreme(Object value, Parameters given, boolean most) {
        Attribute attribute = attribute(given);
        Keyed best = null;
        for (Object element : Values.elements(value, given.budget())) {
            Keyed next = new Keyed(element, folded(attribute.of(element, given.budget()), given));
            int order = best == null ? 1 : byKey(given.budget()).compare(next, best);
            best = best == null || (most ? order > 0 : order < 0) ? next : best;
        }
        return best == null ? new Undefined(given.what() + " of an empty sequence") : best.element();
    }

    private static Object batches(Object value, Parameters given) {
        List<Object> elements = Values.elements(value, given.budget());
        int size = positive(given, "linecount");
        List<Object> batches = new ArrayList<>();
        for (int i = 0; i < elements.size(); i += size) {
            List<Object> batch = part(elements, i, Math.min(elements.size(), i + size), given.budget());
            fill(batch, given.orNull("fill_with"), size, given.budget());
            batches.add(batch);
        }
        return batches;
    }

    private static Object slices(Object value, Parameters given) {
        List<Object> elements = Values.elements(value, given.budget());
        int count = Budget.checkedLength(positive(given, "slices"));
        int each = elements.size() / count;
        int longer = elements.size() % count;
        List<Object> slices = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < count; i++) {
            int end = start + each + (i < longer ? 1 : 0);
            List<Object> slice = part(elements, start, end, given.budget());
            fill(slice, i < longer ? null : given.orNull("fill_with"), slice.size() + 1L, given.budget());
            slices.add(slice);
            start = end;
        }
        return slices;
    }

    private static int positive(Parameters given, String name) {
        given.required(name);
        int value = given.integer(name, 1);
        if (value < 1) {
            throw new JinjaException(given.what() + ": argument \"" + name + "\" is " + value + ", must be positive");
        }
        return value;
    }

    private static List<Object> part(List<Object> elements, int from, int to, Budget budget) {
        budget.spendOnElements(4L + to - from);
        return new ArrayList<>(elements.subList(from, to));
    }

    private static void fill(List<Object> elements, @Nullable Object filling, long size, Budget budget) {
        if (filling != null && elements.size() < size) {
            budget.spendOnElements(size);
            while (elements.size() < size) {
                elements.add(filling);
            }
        }
    }
}
