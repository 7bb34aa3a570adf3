package org.rpt4j.chat.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The tests, which follow {@code is}. */
final class Tests {

    private static final Map<String, Operation<Object>> TESTS = table();

    private Tests() {}

    private static Map<String, Operation<Object>> table() {
        Map<String, Operation<Object>> tests = new HashMap<>();
        kind(tests, "defined", v -> !(v instanceof Undefined));
        kind(tests, "undefined", v -> v instanceof Undefined);
        kind(tests, "none", v -> v == None.NONE);
        kind(tests, "true", Boolean.TRUE::equals);
        kind(tests, "false", Boolean.FALSE::equals);
        kind(tests, "boolean", v -> v instanceof Boolean);
        kind(tests, "string", v -> v instanceof String);
        kind(tests, "integer", v -> v instanceof Long);
        kind(tests, "float", v -> v instanceof Double);
        kind(tests, "number", v -> Values.number(v) != null);
        kind(tests, "mapping", v -> v instanceof Map);
        kind(tests, "sequence", v -> isIterable(v) && (!(v instanceof List) || Sequence.hasPositions(v)));
        kind(tests, "iterable", Tests::isIterable);
        kind(tests, "callable", v -> v instanceof Callable || v instanceof Undefined);
        kind(tests, "filter", v -> v instanceof String name && Filters.has(name));
        kind(tests, "test", v -> v instanceof String name && Tests.TESTS.containsKey(name));
        kind(tests, "escaped", v -> false);
        compare(tests, "==", "eq", "==", "equalto");
        compare(tests, "!=", "ne", "!=");
        compare(tests, "<", "lt", "<", "lessthan");
        compare(tests, "<=", "le", "<=");
        compare(tests, ">", "gt", ">", "greaterthan");
        compare(tests, ">=", "ge", ">=");
        tests.put("odd", Operation.constant("", (v, a) -> remainder(v, 2L, a) == 1));
        tests.put("even", Operation.constant("", (v, a) -> remainder(v, 2L, a) == 0));
        tests.put("divisibleby", Operation.constant("num", (v, a) -> remainder(v, a.required("num"), a) == 0));
        tests.put("in", Operation.constant("seq", (v, a) -> Comparison.contains(a.required("seq"), v, a.budget())));
        tests.put("sameas", Operation.constant("other", (v, a) -> isSame(v, a.required("other"))));
        tests.put("lower", Operation.of("", (v, a) -> Letters.allIn(Representation.text(v, a.budget()), true)));
        tests.put("upper", Operation.of("", (v, a) -> Letters.allIn(Representation.text(v, a.budget()), false)));
        return Map.copyOf(tests);
    }

    private static void kind(Map<String, Operation<Object>> tests, String name, Predicate<Object> holds) {
        tests.put(name, Operation.constant("", (v, a) -> holds.test(v)));
    }

    private static void compare(Map<String, Operation<Object>> tests, String operator, String... names) {
        Operation<Object> comparison = new Operation<>(
                Signature.positional("other"),
                false,
                (v, a) -> Comparison.holds(operator, v, a.required("other"), a.budget()));
        for (String name : names) {
            tests.put(name, comparison);
        }
    }

    static boolean has(String name) {
        return TESTS.containsKey(name);
    }

    static boolean holds(String name, Object value, Arguments given) {
        Operation<Object> test = TESTS.get(name);
        if (test == null) {
            throw new JinjaException("test \"" + name + "\" is not supported");
        }
        return Values.truth(test.apply(value, given));
    }

    private static boolean isIterable(Object value) {
        return value instanceof List || value instanceof Map || value instanceof String || value instanceof Undefined;
    }

    private static boolean isSame(Object a, Object b) {
        boolean shared = a instanceof Boolean || (a instanceof Long small && small >= -5 && small <= 256);
        return shared ? a.equals(b) : a == b;
    }

    private static double remainder(Object value, Object divisor, Parameters given) {
        if (Values.number(value) == null) {
            throw new JinjaException(given.what() + " expects an integer, not " + Values.type(value));
        }
        return ((Number) Operators.binary("%", value, divisor, given.budget())).doubleValue();
    }
}
