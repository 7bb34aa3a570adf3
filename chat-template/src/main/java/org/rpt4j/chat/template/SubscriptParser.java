package org.rpt4j.chat.template;

import org.jspecify.annotations.Nullable;

/** Parses the content of {@code [ ]}: an index, a key, or the bounds of a slice. */
final class SubscriptParser {

    private final ExpressionParser expressions;
    private final TokenStream tokens;

    SubscriptParser(ExpressionParser expressions, TokenStream tokens) {
        this.expressions = expressions;
        this.tokens = tokens;
    }

    /** Continues after the opening bracket. */
    Expression parse(Expression base) {
        Expression from = bound();
        if (from != null && tokens.skipOperator("]")) {
            return ExpressionParser.counted(f -> Access.item(base.eval(f), from.eval(f), f.budget()));
        }
        tokens.expectOperator(":");
        Expression to = bound();
        Expression step = tokens.skipOperator(":") ? bound() : null;
        tokens.expectOperator("]");
        return ExpressionParser.counted(f -> {
            Object sequence = base.eval(f);
            f.budget().spend(Values.size(sequence));
            Long stride = value(step, f);
            return Operators.slice(sequence, value(from, f), value(to, f), stride == null ? 1 : stride);
        });
    }

    private @Nullable Expression bound() {
        return tokens.atOperator(":") || tokens.atOperator("]") ? null : expressions.parse();
    }

    private static @Nullable Long value(@Nullable Expression bound, Frame frame) {
        Object value = bound == null ? None.NONE : bound.eval(frame);
        if (value == None.NONE) {
            return null;
        }
        if (value instanceof Long number && Math.abs(number) <= Budget.MAX_LENGTH) {
            return number;
        }
        throw new JinjaException("the bound of a slice is " + Values.type(value) + ", not an integer");
    }
}
