package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.chat.template.Token.Kind;

/**
 * Arguments as written in the source.
 *
 * @param positional positional arguments
 * @param named named arguments
 * @param others a list of further positional arguments, written {@code *others}; null if there is none
 * @param otherNamed a dictionary of further named arguments, written {@code **otherNamed}; null if there is none
 */
record ArgumentList(
        List<Expression> positional,
        Map<String, Expression> named,
        @Nullable Expression others,
        @Nullable Expression otherNamed) {

    static final ArgumentList NONE = new ArgumentList(List.of(), Map.of(), null, null);

    static ArgumentList of(Expression single) {
        return new ArgumentList(List.of(single), Map.of(), null, null);
    }

    /** Parses {@code (a, b, name=c, *d, **e)}. */
    static ArgumentList parse(ExpressionParser expressions, TokenStream tokens) {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression others = null;
        Expression otherNamed = null;
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            boolean byName = tokens.at(Kind.NAME) && tokens.peekSecond().is(Kind.OPERATOR, "=");
            if (otherNamed == null && tokens.skipOperator("**")) {
                otherNamed = expressions.parse();
            } else if (otherNamed == null && others == null && tokens.skipOperator("*")) {
                others = expressions.parse();
            } else if (otherNamed == null && byName) {
                if (named.containsKey(tokens.peek().text())) {
                    throw tokens.unexpected("another argument, as this one is given already,");
                }
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expressions.parse());
            } else if (named.isEmpty() && others == null && otherNamed == null) {
                positional.add(expressions.parse());
            } else {
                throw tokens.unexpected("a named argument, as one comes before it,");
            }
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new ArgumentList(positional, named, others, otherNamed);
    }

    Arguments eval(String what, Frame frame) {
        Budget budget = frame.budget();
        budget.spendOnElements(positional.size() + 2L * named.size());
        List<Object> values = new ArrayList<>();
        positional.forEach(expression -> values.add(expression.eval(frame)));
        if (others != null) {
            values.addAll(Values.elements(others.eval(frame), budget));
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, expression) -> byName.put(name, expression.eval(frame)));
        if (otherNamed != null) {
            addNamed(what, byName, otherNamed.eval(frame), budget);
        }
        return new Arguments(what, values, byName, budget);
    }

    private static void addNamed(String what, Map<String, Object> named, Object more, Budget budget) {
        if (!(more instanceof Map<?, ?> map)) {
            throw new JinjaException(what + ": the argument after ** is " + Values.type(more) + ", not a dictionary");
        }
        budget.spendOnElements(2L * map.size());
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new JinjaException(what + ": a name after ** is " + Values.type(key) + ", not a string");
            }
            if (named.put(name, value) != null) {
                throw new JinjaException(
                        what + ": argument \"" + Undefined.of(name).name() + "\" is given twice");
            }
        });
    }
}
