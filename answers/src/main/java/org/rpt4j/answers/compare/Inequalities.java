package org.rpt4j.answers.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inequalities of one variable as intervals: {@code 1 < x ≤ 3} is {@code (1, 3]}. */
final class Inequalities {

    private static final Form INFINITY = new Form.Value(new Expr.Sym("∞"), "");
    private static final Form MINUS_INFINITY = new Form.Value(Expr.negated(new Expr.Sym("∞")), "");

    private Inequalities() {}

    /** The interval of a variable; null for relations of another kind. */
    static @Nullable Form interval(Form.Relation relation) {
        List<Form> sides = relation.sides();
        String operators = relation.operators();
        boolean rising = operators.chars().allMatch(c -> c == '<' || c == '≤');
        boolean falling = operators.chars().allMatch(c -> c == '>' || c == '≥');
        if (!rising && !falling) {
            return null;
        }
        if (sides.size() == 2 && isVariable(sides.get(0))) {
            return rising
                    ? of('(', MINUS_INFINITY, sides.get(1), closing(operators.charAt(0)))
                    : of(opening(operators.charAt(0)), sides.get(1), INFINITY, ')');
        }
        if (sides.size() == 2 && isVariable(sides.get(1))) {
            return rising
                    ? of(opening(operators.charAt(0)), sides.get(0), INFINITY, ')')
                    : of('(', MINUS_INFINITY, sides.get(0), closing(operators.charAt(0)));
        }
        if (sides.size() == 3 && isVariable(sides.get(1))) {
            int low = rising ? 0 : 1;
            return of(
                    opening(operators.charAt(low)),
                    sides.get(rising ? 0 : 2),
                    sides.get(rising ? 2 : 0),
                    closing(operators.charAt(1 - low)));
        }
        return null;
    }

    private static Form of(char open, Form low, Form high, char close) {
        return new Form.Bracketed(open, close, List.of(low, high));
    }

    private static boolean isVariable(Form form) {
        return form instanceof Form.Value value
                && value.expr() instanceof Expr.Sym symbol
                && !List.of("π", "e", "i", "∞").contains(symbol.name());
    }

    private static char opening(char operator) {
        return operator == '<' || operator == '>' ? '(' : '[';
    }

    private static char closing(char operator) {
        return operator == '<' || operator == '>' ? ')' : ']';
    }
}
