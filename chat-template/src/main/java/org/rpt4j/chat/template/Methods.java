package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings, lists and dictionaries that a template may call. None of them modifies its object. */
final class Methods {

    private Methods() {}

    private static final Map<String, Operation<String>> OF_STRINGS = Map.ofEntries(
            method("strip", "chars", (s, a) -> Strings.strip(s, a.stringOrNull("chars"), true, true)),
            method("lstrip", "chars", (s, a) -> Strings.strip(s, a.stringOrNull("chars"), true, false)),
            method("rstrip", "chars", (s, a) -> Strings.strip(s, a.stringOrNull("chars"), false, true)),
            method("startswith", "prefix start end", (s, a) -> affixed(s, a, "prefix")),
            method("endswith", "suffix start end", (s, a) -> affixed(s, a, "suffix")),
            named(
                    "split",
                    "sep maxsplit",
                    (s, a) -> Strings.split(s, a.stringOrNull("sep"), a.integer("maxsplit", -1), a.budget())),
            named(
                    "rsplit",
                    "sep maxsplit",
                    (s, a) -> Strings.splitFromEnd(s, a.stringOrNull("sep"), a.integer("maxsplit", -1), a.budget())),
            named("splitlines", "keepends", (s, a) -> Strings.lines(s, a.truth("keepends"), a.budget())),
            method("partition", "sep", (s, a) -> Strings.partition(s, a.string("sep"), true, a.budget())),
            method("rpartition", "sep", (s, a) -> Strings.partition(s, a.string("sep"), false, a.budget())),
            method(
                    "replace",
                    "old new count",
                    (s, a) -> Strings.replace(s, a.string("old"), a.string("new"), a.integer("count", -1), a.budget())),
            method("upper", "", (s, a) -> Letters.upper(s, a.budget())),
            method("lower", "", (s, a) -> Letters.lower(s, a.budget())),
            method("title", "", (s, a) -> Letters.titled(s, a.budget())),
            method("capitalize", "", (s, a) -> Letters.capitalized(s, a.budget())),
            method("find", "sub start end", (s, a) -> found(s, a, true)),
            method("rfind", "sub start end", (s, a) -> found(s, a, false)),
            method("index", "sub start end", (s, a) -> required(found(s, a, true), "substring")),
            method("rindex", "sub start end", (s, a) -> required(found(s, a, false), "substring")),
            method("count", "sub start end", (s, a) -> Strings.count(part(s, a), a.string("sub"), a.budget())),
            method("removeprefix", "prefix", (s, a) -> Strings.without(s, a.string("prefix"), true)),
            method("removesuffix", "suffix", (s, a) -> Strings.without(s, a.string("suffix"), false)),
            method("center", "width fillchar", (s, a) -> padded(s, a, 1)),
            method("ljust", "width fillchar", (s, a) -> padded(s, a, 0)),
            method("rjust", "width fillchar", (s, a) -> padded(s, a, 2)),
            method("zfill", "width", (s, a) -> Strings.zeroFilled(s, width(a), a.budget())),
            method("isdigit", "", (s, a) -> all(s, c -> Character.isDigit(c) || isSmallDigit(c))),
            method("isdecimal", "", (s, a) -> all(s, Character::isDigit)),
            method("isalpha", "", (s, a) -> all(s, Character::isLetter)),
            method("isalnum", "", (s, a) -> all(s, c -> Character.isLetterOrDigit(c) || isNumeric(c))),
            method("isspace", "", (s, a) -> all(s, Strings::isSpace)),
            method("isascii", "", (s, a) -> s.isEmpty() || all(s, c -> c < 128)),
            method("islower", "", (s, a) -> Letters.allIn(s, true)),
            method("isupper", "", (s, a) -> Letters.allIn(s, false)),
            method("join", "iterable", (s, a) -> join(s, a)));

    private static final Map<String, Operation<List<?>>> OF_LISTS = Map.of(
            "count",
                    Operation.positional(
                            "value",
                            (l, a) -> l.stream()
                                    .filter(element -> Comparison.equal(element, a.required("value"), a.budget()))
                                    .count()),
            "index", Operation.positional("value", (l, a) -> index(l, a)),
            "copy", Operation.positional("", (l, a) -> Values.elements(l, a.budget())));

    private static final Map<String, Operation<Map<?, ?>>> OF_DICTIONARIES = Map.of(
            "get",
                    constant("key default", (m, a) -> {
                        Object value = Keys.find(m, a.required("key"), a.budget());
                        return value == null ? a.get("default", None.NONE) : value;
                    }),
            "keys", constant("", (m, a) -> Sequence.view("dict_keys", Values.elements(m, a.budget()))),
            "values", constant("", (m, a) -> Sequence.view("dict_values", values(m, a.budget()))),
            "items", constant("", (m, a) -> Sequence.view("dict_items", items(m, a.budget()))),
            "copy", constant("", (m, a) -> copy(m, a.budget())));

    private static Map.Entry<String, Operation<String>> method(
            String name, String parameters, Operation.Body<String> body) {
        return Map.entry(name, Operation.positional(parameters, body));
    }

    private static Map.Entry<String, Operation<String>> named(
            String name, String parameters, Operation.Body<String> body) {
        return Map.entry(name, Operation.of(parameters, body));
    }

    private static Operation<Map<?, ?>> constant(String parameters, Operation.Body<Map<?, ?>> body) {
        return new Operation<>(Signature.positional(parameters), false, body);
    }

    /** Returns the method with this name, bound to its object; null if it does not exist. */
    static @Nullable Callable find(Object self, String name) {
        if (self instanceof String text) {
            return bound(text, OF_STRINGS.get(name), "string method " + name);
        }
        if (self instanceof Map<?, ?> map) {
            return bound(map, OF_DICTIONARIES.get(name), "dictionary method " + name);
        }
        return Sequence.hasPositions(self) && !(name.equals("copy") && self instanceof Sequence)
                ? bound((List<?>) self, OF_LISTS.get(name), "list method " + name)
                : null;
    }

    private static <T> @Nullable Callable bound(T self, @Nullable Operation<T> method, String what) {
        return method == null ? null : call -> method.apply(self, call.as(what));
    }

    static List<Object> items(Map<?, ?> map, Budget budget) {
        budget.spendOnElements(map.size());
        budget.spendOnElements(2L * map.size());
        List<Object> pairs = new ArrayList<>(map.size());
        map.forEach((key, value) -> pairs.add(Sequence.tuple(key, value)));
        return pairs;
    }

    private static List<Object> values(Map<?, ?> map, Budget budget) {
        budget.spendOnElements(map.size());
        return new ArrayList<>(map.values());
    }

    static Map<Object, Object> copy(Map<?, ?> map, Budget budget) {
        budget.spendOnElements(2L * map.size());
        return new LinkedHashMap<>(map);
    }

    private static String part(String text, Parameters given) {
        Object end = given.orNull("end");
        int from = Strings.offset(text, given.orNull("start") == null ? 0 : given.integer("start", 0));
        int to = end == null ? text.length() : Strings.offset(text, given.integer("end", 0));
        return text.substring(Math.min(from, to), to);
    }

    /** The index in characters of a part inside of the bounds; -1 if it is not there. */
    private static long found(String text, Parameters given, boolean first) {
        String inside = part(text, given);
        String wanted = given.string("sub");
        int at = first ? Search.first(inside, wanted, 0, given.budget()) : Search.last(inside, wanted, given.budget());
        int start = given.orNull("start") == null ? 0 : given.integer("start", 0);
        boolean beyond = start > text.codePointCount(0, text.length());
        int skipped = text.codePointCount(0, Strings.offset(text, start));
        return at < 0 || beyond ? -1 : skipped + (long) inside.codePointCount(0, at);
    }

    private static Object required(long index, String what) {
        if (index < 0) {
            throw new JinjaException(what + " not found");
        }
        return index;
    }

    private static Object index(List<?> list, Parameters given) {
        for (int i = 0; i < list.size(); i++) {
            if (Comparison.equal(list.get(i), given.required("value"), given.budget())) {
                return (long) i;
            }
        }
        return required(-1, "element");
    }

    /** A prefix or suffix, or a tuple of alternatives. */
    private static boolean affixed(String text, Parameters given, String name) {
        Object wanted = given.required(name);
        List<?> alternatives = Sequence.isTuple(wanted) ? (List<?>) wanted : List.of(given.string(name));
        String inside = part(text, given);
        for (Object alternative : alternatives) {
            if (!(alternative instanceof String affix)) {
                throw new JinjaException(given.what() + ": argument \"" + name + "\" holds " + Values.type(alternative)
                        + ", not only strings");
            }
            given.budget().spend(1 + Math.min(inside.length(), affix.length()));
            if (name.equals("prefix") ? inside.startsWith(affix) : inside.endsWith(affix)) {
                return true;
            }
        }
        return false;
    }

    private static String padded(String text, Parameters given, int left) {
        return Strings.padded(text, width(given), given.text("fillchar", " "), left, given.budget());
    }

    private static int width(Parameters given) {
        given.required("width");
        return given.integer("width", 0);
    }

    private static boolean all(String text, IntPredicate wanted) {
        return !text.isEmpty() && text.codePoints().allMatch(wanted);
    }

    private static boolean isSmallDigit(int c) {
        return c == 0xB2
                || c == 0xB3
                || c == 0xB9
                || c == 0x2070
                || (c >= 0x2074 && c <= 0x2079)
                || (c >= 0x2080 && c <= 0x2089);
    }

    private static boolean isNumeric(int c) {
        return Character.getType(c) == Character.OTHER_NUMBER || Character.getType(c) == Character.LETTER_NUMBER;
    }

    private static Object join(String separator, Parameters given) {
        List<Object> parts = Values.elements(given.required("iterable"), given.budget());
        for (Object part : parts) {
            if (!(part instanceof String)) {
                throw new JinjaException(given.what() + " expects strings, not " + Values.type(part));
            }
        }
        return Strings.join(parts, separator, given.budget());
    }
}
