package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

/** The tests, which follow {@code is}. */
final class Tests {

    private Tests() {}

    @FunctionalInterface
    private interface Test {
        boolean holds(Object value, Arguments arguments);
    }

    private static final Map<String, Test> TESTS = Map.ofEntries(
            Map.entry("defined", (v, a) -> !(v instanceof Undefined)),
            Map.entry("undefined", (v, a) -> v instanceof Undefined),
            Map.entry("none", (v, a) -> v == None.NONE),
            Map.entry("true", (v, a) -> Boolean.TRUE.equals(v)),
            Map.entry("false", (v, a) -> Boolean.FALSE.equals(v)),
            Map.entry("boolean", (v, a) -> v instanceof Boolean),
            Map.entry("string", (v, a) -> v instanceof String),
            Map.entry("integer", (v, a) -> v instanceof Long),
            Map.entry("float", (v, a) -> v instanceof Double),
            Map.entry("number", (v, a) -> Values.number(v) != null),
            Map.entry("mapping", (v, a) -> v instanceof Map),
            Map.entry("sequence", (v, a) -> isIterable(v)),
            Map.entry("iterable", (v, a) -> isIterable(v)),
            Map.entry("callable", (v, a) -> v instanceof Callable),
            Map.entry("odd", (v, a) -> whole(v, a) % 2 != 0),
            Map.entry("even", (v, a) -> whole(v, a) % 2 == 0),
            Map.entry("divisibleby", (v, a) -> whole(v, a) % a.integer(0, "num", 0) == 0),
            Map.entry("eq", Tests::equal),
            Map.entry("equalto", Tests::equal),
            Map.entry("ne", (v, a) -> !equal(v, a)),
            Map.entry("lt", (v, a) -> Values.compare(v, other(a)) < 0),
            Map.entry("le", (v, a) -> Values.compare(v, other(a)) <= 0),
            Map.entry("gt", (v, a) -> Values.compare(v, other(a)) > 0),
            Map.entry("ge", (v, a) -> Values.compare(v, other(a)) >= 0),
            Map.entry("in", (v, a) -> Values.contains(other(a), v, a.frame().budget())),
            Map.entry("lower", (v, a) -> v instanceof String s && s.equals(Strings.lower(s))),
            Map.entry("upper", (v, a) -> v instanceof String s && s.equals(Strings.upper(s))));

    static boolean holds(String name, Object value, Arguments arguments, int line) {
        Test test = TESTS.get(name);
        if (test == null) {
            throw new JinjaException("test \"" + name + "\" is not supported", line);
        }
        arguments.atMost(1);
        return test.holds(value, arguments);
    }

    private static boolean isIterable(Object value) {
        return value instanceof List || value instanceof Map || value instanceof String || value instanceof Undefined;
    }

    private static boolean equal(Object value, Arguments arguments) {
        return Values.equal(value, other(arguments), arguments.frame().budget());
    }

    private static Object other(Arguments arguments) {
        return arguments.required(0, "other");
    }

    private static long whole(Object value, Arguments arguments) {
        if (value instanceof Long number) {
            return number;
        }
        throw new JinjaException(arguments.what() + " expects an integer, not " + Values.type(value));
    }
}
