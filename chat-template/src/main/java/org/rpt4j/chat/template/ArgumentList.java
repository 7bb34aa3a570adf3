package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.chat.template.Token.Kind;

/**
 * Arguments as written in the source.
 *
 * @param positional positional arguments
 * @param named named arguments
 */
record ArgumentList(List<Expression> positional, Map<String, Expression> named) {

    static final ArgumentList NONE = new ArgumentList(List.of(), Map.of());

    static ArgumentList of(Expression single) {
        return new ArgumentList(List.of(single), Map.of());
    }

    /** Parses {@code (a, b, name=c)}. */
    static ArgumentList parse(ExpressionParser expressions, TokenStream tokens) {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (tokens.at(Kind.NAME) && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expressions.parse());
            } else if (named.isEmpty()) {
                positional.add(expressions.parse());
            } else {
                throw tokens.unexpected("a named argument, as one comes before it,");
            }
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new ArgumentList(positional, named);
    }

    Arguments eval(String what, Frame frame) {
        List<Object> values = new ArrayList<>();
        positional.forEach(expression -> values.add(expression.eval(frame)));
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, expression) -> byName.put(name, expression.eval(frame)));
        return new Arguments(what, values, byName, frame);
    }
}
