package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of strings and dictionaries that a template may call. None of them modifies its object. */
final class Methods {

    private Methods() {}

    @FunctionalInterface
    private interface Method<T> {
        Object call(T self, Arguments arguments);
    }

    private static final Map<String, Method<String>> OF_STRINGS = Map.ofEntries(
            Map.entry("strip", (s, a) -> Strings.strip(s, characters(a), true, true)),
            Map.entry("lstrip", (s, a) -> Strings.strip(s, characters(a), true, false)),
            Map.entry("rstrip", (s, a) -> Strings.strip(s, characters(a), false, true)),
            Map.entry(
                    "startswith",
                    (s, a) -> anyOf(a.required(0, "prefix")).stream().anyMatch(s::startsWith)),
            Map.entry(
                    "endswith",
                    (s, a) -> anyOf(a.required(0, "suffix")).stream().anyMatch(s::endsWith)),
            Map.entry("split", (s, a) -> Strings.split(s, optional(a, 0, "sep"), a.integer(1, "maxsplit", -1))),
            Map.entry("splitlines", (s, a) -> s.lines().map(Object.class::cast).toList()),
            Map.entry(
                    "replace",
                    (s, a) -> Strings.replace(s, a.string(0, "old"), a.string(1, "new"), a.integer(2, "count", -1))),
            Map.entry("upper", (s, a) -> Strings.upper(s)),
            Map.entry("lower", (s, a) -> Strings.lower(s)),
            Map.entry("title", (s, a) -> Strings.title(s)),
            Map.entry("capitalize", (s, a) -> Strings.capitalize(s)),
            Map.entry("find", (s, a) -> (long) s.indexOf(a.string(0, "sub"))),
            Map.entry("rfind", (s, a) -> (long) s.lastIndexOf(a.string(0, "sub"))),
            Map.entry("count", (s, a) -> Strings.count(s, a.string(0, "sub"))),
            Map.entry("removeprefix", (s, a) -> Strings.without(s, a.string(0, "prefix"), true)),
            Map.entry("removesuffix", (s, a) -> Strings.without(s, a.string(0, "suffix"), false)),
            Map.entry("isdigit", (s, a) -> !s.isEmpty() && s.chars().allMatch(Character::isDigit)),
            Map.entry("join", (s, a) -> Strings.join(Values.elements(a.required(0, "iterable")), s)));

    private static final Map<String, Method<Map<?, ?>>> OF_DICTIONARIES = Map.of(
            "get",
                    (m, a) -> {
                        Object value = m.get(a.required(0, "key"));
                        return value == null ? a.get(1, "default", None.NONE) : value;
                    },
            "keys", (m, a) -> new ArrayList<>(m.keySet()),
            "values", (m, a) -> new ArrayList<>(m.values()),
            "items", (m, a) -> items(m));

    /** Returns the method with this name, bound to its object; null if it does not exist. */
    static @Nullable Callable find(Object self, String name) {
        if (self instanceof String text) {
            Method<String> method = OF_STRINGS.get(name);
            return method == null ? null : bound(text, method, "string method " + name);
        }
        if (self instanceof Map<?, ?> map) {
            Method<Map<?, ?>> method = OF_DICTIONARIES.get(name);
            return method == null ? null : bound(map, method, "dictionary method " + name);
        }
        return null;
    }

    private static <T> Callable bound(T self, Method<T> method, String what) {
        return call -> {
            Budget budget = call.frame().budget();
            call.atMost(3);
            budget.spend(Values.size(self));
            Object result = method.call(self, new Arguments(what, call.positional(), call.named(), call.frame()));
            budget.spend(Values.size(result));
            return result;
        };
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(List.of(key, value)));
        return pairs;
    }

    private static @Nullable String characters(Arguments arguments) {
        return optional(arguments, 0, "chars");
    }

    private static @Nullable String optional(Arguments arguments, int index, String name) {
        return arguments.get(index, name, None.NONE) == None.NONE ? null : arguments.string(index, name);
    }

    /** A string, or a list of alternatives. */
    private static List<String> anyOf(Object value) {
        return value instanceof String text
                ? List.of(text)
                : Values.elements(value).stream().map(Values::text).toList();
    }
}
