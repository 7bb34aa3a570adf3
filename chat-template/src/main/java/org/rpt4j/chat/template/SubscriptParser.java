package org.rpt4j.chat.template;

import org.jspecify.annotations.Nullable;

/** Parses the content of {@code [ ]}: an index, a key, or the bounds of a slice. */
final class SubscriptParser {

    private static final long BEYOND = Integer.MAX_VALUE;

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
            Long first = value(from, f);
            Long end = value(to, f);
            Long stride = value(step, f);
            return Operators.slice(sequence, first, end, stride == null ? 1 : stride, f.budget());
        });
    }

    private @Nullable Expression bound() {
        return tokens.atOperator(":") || tokens.atOperator("]") ? null : expressions.parse();
    }

    /** Returns a bound; one beyond every length becomes the nearest that is. */
    private static @Nullable Long value(@Nullable Expression bound, Frame frame) {
        Object value = bound == null ? None.NONE : bound.eval(frame);
        if (value == None.NONE) {
            return null;
        }
        if (Values.number(value) instanceof Long number) {
            return Math.max(-BEYOND, Math.min(BEYOND, number));
        }
        throw new JinjaException("the bound of a slice is " + Values.type(value) + ", not an integer");
    }
}
