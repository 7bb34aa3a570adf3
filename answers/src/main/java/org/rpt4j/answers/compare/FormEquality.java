package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.Judgement.DIFFERENT;
import static org.rpt4j.answers.compare.Judgement.EQUAL;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether two answers that were read are equal. For one comparison: it counts its own effort. */
final class FormEquality {

    /** Sets of sets of long formulas are compared each with each. */
    private static final int MOST_COMPARISONS = 5000;

    private static final Judgement OTHER_NOTATION = Judgement.different("other-notation");

    private final ExpressionEquality expressions;
    private int comparisons;

    FormEquality(ExpressionEquality expressions) {
        this.expressions = expressions;
    }

    Judgement compare(Form predicted, Form gold) {
        if (++comparisons > MOST_COMPARISONS) {
            throw new UnreadableAnswer("too-large");
        }
        if (predicted instanceof Form.Relation left && gold instanceof Form.Relation right) {
            return relations(left, right);
        }
        if (predicted instanceof Form.Relation relation) {
            Form result = result(relation);
            return result == null ? unresolved(relation) : compare(result, gold);
        }
        if (gold instanceof Form.Relation relation) {
            Form result = result(relation);
            return result == null ? unresolved(relation) : compare(predicted, result);
        }
        if (predicted instanceof Form.Value left && gold instanceof Form.Value right) {
            return values(left, right);
        }
        if (predicted instanceof Form.Words || gold instanceof Form.Words) {
            return words(predicted, gold);
        }
        if (predicted instanceof Form.Based || gold instanceof Form.Based) {
            return based(predicted, gold);
        }
        if (predicted instanceof Form.Ratio || gold instanceof Form.Ratio) {
            return ratios(predicted, gold);
        }
        return structures(predicted, gold);
    }

    private Judgement structures(Form predicted, Form gold) {
        if (predicted instanceof Form.Matrix left && gold instanceof Form.Matrix right) {
            if (left.rows().size() != right.rows().size()) {
                return Judgement.different("other-size");
            }
            Judgement result = EQUAL;
            for (int i = 0; i < left.rows().size(); i++) {
                result = both(result, inOrder(left.rows().get(i), right.rows().get(i)));
            }
            return result;
        }
        if (predicted instanceof Form.Matrix || gold instanceof Form.Matrix) {
            // A vector may be written as a column or as a tuple.
            return Judgement.undecided("other-notation");
        }
        if (predicted instanceof Form.Bracketed left && gold instanceof Form.Bracketed right) {
            boolean same = left.open() == right.open() && left.close() == right.close();
            return same ? inOrder(left.parts(), right.parts()) : Judgement.different("other-brackets");
        }
        if (predicted instanceof Form.Union || gold instanceof Form.Union) {
            boolean known = isUnion(predicted) && isUnion(gold);
            return known ? inAnyOrder(parts(predicted), parts(gold)) : Judgement.undecided("other-notation");
        }
        if (predicted instanceof Form.Bracketed || gold instanceof Form.Bracketed) {
            boolean set = predicted instanceof Form.Elements || gold instanceof Form.Elements;
            return set ? Judgement.different("other-brackets") : inOrder(parts(predicted), parts(gold));
        }
        return inAnyOrder(parts(predicted), parts(gold));
    }

    /** A union, or the inequalities of one. */
    private static boolean isUnion(Form form) {
        return form instanceof Form.Union || form instanceof Form.Several;
    }

    private static List<Form> parts(Form form) {
        if (form instanceof Form.Union union) {
            return union.parts();
        }
        if (form instanceof Form.Several several) {
            return several.parts();
        }
        if (form instanceof Form.Elements elements) {
            return elements.parts();
        }
        return form instanceof Form.Bracketed bracketed ? bracketed.parts() : List.of(form);
    }

    private Judgement inOrder(List<Form> predicted, List<Form> gold) {
        if (predicted.size() != gold.size()) {
            return Judgement.different("other-size");
        }
        Judgement result = EQUAL;
        for (int i = 0; i < gold.size() && result.outcome() != Judgement.Outcome.DIFFERENT; i++) {
            result = both(result, compare(predicted.get(i), gold.get(i)));
        }
        return result;
    }

    /** Each part of one side has its own equal on the other. */
    private Judgement inAnyOrder(List<Form> predicted, List<Form> gold) {
        if (predicted.size() != gold.size()) {
            return Judgement.different("other-size");
        }
        List<Form> left = new ArrayList<>(predicted);
        Judgement result = EQUAL;
        for (Form part : gold) {
            Judgement best = DIFFERENT;
            for (int i = 0; i < left.size() && !best.isEqual(); i++) {
                Judgement next = compare(left.get(i), part);
                if (next.isEqual()) {
                    left.remove(i);
                }
                best = next.isEqual() || !next.isDecided() ? next : best;
            }
            result = both(result, best);
        }
        return result;
    }

    private static Judgement both(Judgement first, Judgement second) {
        if (first.outcome() == Judgement.Outcome.DIFFERENT || second.isEqual()) {
            return first;
        }
        return second.isDecided() || first.isEqual() ? second : first;
    }

    private Judgement values(Form.Value predicted, Form.Value gold) {
        String left = predicted.unit();
        String right = gold.unit();
        if (left.isEmpty() || right.isEmpty()) {
            Judgement plain = expressions.compare(predicted.expr(), gold.expr());
            Units unit = unit(left.isEmpty() ? right : left);
            boolean part = unit != null
                    && (unit.dimension().equals("percent") || unit.dimension().equals("angle"));
            return plain.isEqual() || left.equals(right) || !part
                    ? plain
                    : expressions.compare(inUnit(predicted), inUnit(gold));
        }
        Units known = unit(left);
        Units wanted = unit(right);
        if (known != null && wanted != null) {
            return known.dimension().equals(wanted.dimension())
                    ? expressions.compare(scaled(predicted.expr(), known), scaled(gold.expr(), wanted))
                    : Judgement.different("other-unit");
        }
        Judgement plain = expressions.compare(predicted.expr(), gold.expr());
        boolean sameWord = Units.stem(left).equals(Units.stem(right));
        return sameWord || !plain.isEqual() && known == null && wanted == null
                ? plain
                : Judgement.undecided("unknown-unit");
    }

    private static @Nullable Units unit(String name) {
        return name.isEmpty() ? null : Units.named(name);
    }

    /** The value with its percent or degrees as factors. */
    private static Expr inUnit(Form.Value value) {
        Units unit = unit(value.unit());
        if (unit == null) {
            return value.expr();
        }
        Expr whole = Expr.quotient(value.expr(), Expr.number(unit.dimension().equals("percent") ? 100 : 180));
        return unit.dimension().equals("percent") ? whole : new Expr.Product(List.of(whole, new Expr.Sym("π")));
    }

    private static Expr scaled(Expr expr, Units unit) {
        return unit.factor().equals(Rational.ONE) ? expr : new Expr.Product(List.of(expr, new Expr.Num(unit.factor())));
    }

    /** The same number of the same base, where one side may leave the base out. */
    private Judgement based(Form predicted, Form gold) {
        if (predicted instanceof Form.Based left && gold instanceof Form.Based right) {
            boolean same = left.base() == right.base()
                    && left.digits()
                            .replaceFirst("^0+(?=.)", "")
                            .equals(right.digits().replaceFirst("^0+(?=.)", ""));
            return same ? EQUAL : DIFFERENT;
        }
        Form.Based number = predicted instanceof Form.Based left ? left : (Form.Based) gold;
        Form other = predicted instanceof Form.Based ? gold : predicted;
        if (!(other instanceof Form.Value)) {
            return OTHER_NOTATION;
        }
        return compare(other, new Form.Value(ExpressionParser.parse(number.digits()), ""));
    }

    /** Equal parts, or the same quotients. */
    private Judgement ratios(Form predicted, Form gold) {
        List<Form> left = quotients(predicted);
        List<Form> right = quotients(gold);
        return left.isEmpty() || right.isEmpty() ? OTHER_NOTATION : inOrder(left, right);
    }

    /** Each part divided by the last one; the value itself of a number; none for anything else. */
    private static List<Form> quotients(Form form) {
        if (form instanceof Form.Value) {
            return List.of(form);
        }
        List<Form> quotients = new ArrayList<>();
        if (form instanceof Form.Ratio ratio) {
            Form last = ratio.parts().get(ratio.parts().size() - 1);
            for (Form part : ratio.parts().subList(0, ratio.parts().size() - 1)) {
                if (!(part instanceof Form.Value value) || !(last instanceof Form.Value divisor)) {
                    return List.of();
                }
                quotients.add(new Form.Value(Expr.quotient(value.expr(), divisor.expr()), ""));
            }
        }
        return quotients;
    }

    private static Judgement words(Form predicted, Form gold) {
        String left = text(predicted);
        String right = text(gold);
        if (left.isEmpty() || right.isEmpty()) {
            return Judgement.different(right.isEmpty() ? "not-a-number" : "wrong-answer");
        }
        boolean sentences = left.indexOf(' ') >= 0 && right.indexOf(' ') >= 0;
        return left.equals(right) ? EQUAL : sentences ? Judgement.undecided("free-text") : DIFFERENT;
    }

    /** Words for comparing, and the name of a variable as a word; empty for anything else. */
    private static String text(Form form) {
        if (form instanceof Form.Words words) {
            return words.text()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}]+", " ")
                    .strip();
        }
        boolean symbol = form instanceof Form.Value value && value.expr() instanceof Expr.Sym;
        return symbol ? ((Expr.Sym) ((Form.Value) form).expr()).name().toLowerCase(Locale.ROOT) : "";
    }

    /**
     * What an equation says about the asked: the last side, if the first is a name or equal to it; and for an
     * inequality of one variable the interval of it.
     */
    private @Nullable Form result(Form.Relation relation) {
        List<Form> sides = relation.sides();
        Form last = sides.get(sides.size() - 1);
        if (isEquation(relation)) {
            if (sides.size() == 2 && isName(last) && !isName(sides.get(0))) {
                return sides.get(0);
            }
            for (int i = isName(sides.get(0)) ? 1 : 0; i < sides.size() - 1; i++) {
                if (!compare(sides.get(i), last).isEqual()) {
                    return null;
                }
            }
            return last;
        }
        return Inequalities.interval(relation);
    }

    /** An equation without a result is none; what an inequality says may be said otherwise. */
    private static Judgement unresolved(Form.Relation relation) {
        return isEquation(relation) ? OTHER_NOTATION : Judgement.undecided("other-notation");
    }

    private static boolean isEquation(Form.Relation relation) {
        return relation.operators().chars().allMatch(c -> c == '=');
    }

    private static boolean isName(Form form) {
        if (!(form instanceof Form.Value value)) {
            return form instanceof Form.Words;
        }
        boolean applied = value.expr() instanceof Expr.Product product
                && product.factors().size() == 2
                && product.factors().stream().allMatch(Expr.Sym.class::isInstance);
        return value.expr() instanceof Expr.Sym || applied;
    }

    private Judgement relations(Form.Relation predicted, Form.Relation gold) {
        boolean equations = (predicted.operators() + gold.operators()).chars().allMatch(c -> c == '=');
        if (predicted.operators().equals(gold.operators())) {
            Judgement sides = inOrder(predicted.sides(), gold.sides());
            if (sides.isEqual()) {
                return sides;
            }
        }
        Expr left = equations ? difference(predicted) : null;
        Expr right = equations ? difference(gold) : null;
        if (left != null && right != null) {
            return expressions.proportional(left, right);
        }
        Form first = equations ? null : Inequalities.interval(predicted);
        Form second = equations ? null : Inequalities.interval(gold);
        return first == null || second == null ? Judgement.undecided("other-notation") : compare(first, second);
    }

    /** The left side minus the right one of one equation of formulas. */
    private static @Nullable Expr difference(Form.Relation relation) {
        if (relation.sides().size() == 2
                && relation.sides().get(0) instanceof Form.Value left
                && relation.sides().get(1) instanceof Form.Value right) {
            return new Expr.Sum(List.of(left.expr(), Expr.negated(right.expr())));
        }
        return null;
    }
}
