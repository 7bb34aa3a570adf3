package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.Judgement.DIFFERENT;
import static org.rpt4j.answers.compare.Judgement.EQUAL;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rpt4j.api.CounterRandom;

/**
 * Whether two formulas are equal. Fractions are compared exactly. All others are evaluated to {@value Reals#DIGITS}
 * digits, with variables at several fixed points: formulas that differ at a point are different, and formulas of the
 * bounded length of an answer that agree in 45 digits everywhere are equal. Roots and logarithms hold for positive
 * variables; formulas that are equal for these only, such as sqrt(x^2) and x, are not decided.
 */
final class ExpressionEquality {

    private static final int POINTS = 3;
    /** Why a predicted formula has no value, so that it cannot be one that has. */
    private static final Set<String> NO_VALUE = Set.of("too-large", "division-by-zero");

    private static final BigDecimal SAME = new BigDecimal("1e-45");
    private static final BigDecimal OTHER = new BigDecimal("1e-25");
    /** Below it the digits that are left could be those of rounding. */
    private static final BigDecimal SMALLEST = new BigDecimal("1e-20");

    private final double tolerance;

    /** @param tolerance largest relative difference of numbers that are equal; 0 for none */
    ExpressionEquality(double tolerance) {
        this.tolerance = tolerance;
    }

    Judgement compare(Expr predicted, Expr gold) {
        if (predicted.equals(gold)) {
            return EQUAL;
        }
        Optional<Rational> right;
        try {
            right = Evaluation.exact(gold);
        } catch (UnreadableAnswer e) {
            return Judgement.undecided(e.reason());
        }
        Optional<Rational> left;
        try {
            left = Evaluation.exact(predicted);
        } catch (UnreadableAnswer e) {
            return Judgement.different(e.reason());
        }
        if (left.isPresent() && right.isPresent()) {
            return left.equals(right) || isNear(left.get(), right.get()) ? EQUAL : DIFFERENT;
        }
        if (isInfinite(predicted) || isInfinite(gold)) {
            return sign(predicted) == sign(gold) ? EQUAL : DIFFERENT;
        }
        Set<String> names = new TreeSet<>();
        addVariables(predicted, names);
        addVariables(gold, names);
        if (names.isEmpty()) {
            return at(predicted, gold, 0, false);
        }
        return everywhere(predicted, gold);
    }

    /** Whether one formula is the other times a number, so that both are zero in the same places. */
    Judgement proportional(Expr left, Expr right) {
        Evaluation somewhere = new Evaluation(name -> variable(name, POINTS, false));
        Complex leftThere = somewhere.bounded(left);
        Complex rightThere = somewhere.bounded(right);
        Judgement result = EQUAL;
        for (int point = 0; point < POINTS && result.isEqual(); point++) {
            int here = point;
            Evaluation evaluation = new Evaluation(name -> variable(name, here, false));
            result = judge(
                    evaluation.bounded(left).times(rightThere),
                    evaluation.bounded(right).times(leftThere));
        }
        return result;
    }

    private Judgement everywhere(Expr predicted, Expr gold) {
        int agreed = 0;
        Judgement undecided = null;
        for (int point = 0; point < POINTS; point++) {
            Judgement here = at(predicted, gold, point, false);
            if (here.outcome() == Judgement.Outcome.DIFFERENT) {
                return here;
            }
            agreed += here.isEqual() ? 1 : 0;
            undecided = here.isEqual() ? undecided : here;
        }
        if (agreed == 0 && undecided != null) {
            return undecided;
        }
        for (int point = 0; point < POINTS; point++) {
            if (at(predicted, gold, point, true).outcome() == Judgement.Outcome.DIFFERENT) {
                return Judgement.undecided("depends-on-sign");
            }
        }
        return EQUAL;
    }

    private Judgement at(Expr predicted, Expr gold, int point, boolean negative) {
        Evaluation evaluation = new Evaluation(name -> variable(name, point, negative));
        Complex right;
        try {
            right = evaluation.bounded(gold);
        } catch (UnreadableAnswer e) {
            return Judgement.undecided("not-evaluated");
        }
        try {
            return judge(evaluation.bounded(predicted), right);
        } catch (UnreadableAnswer e) {
            return NO_VALUE.contains(e.reason())
                    ? Judgement.different(e.reason())
                    : Judgement.undecided("not-evaluated");
        }
    }

    private Judgement judge(Complex left, Complex right) {
        BigDecimal size = left.abs().max(right.abs());
        BigDecimal difference = left.minus(right).abs();
        BigDecimal allowed = size.multiply(BigDecimal.valueOf(tolerance));
        if (difference.compareTo(allowed) <= 0 || difference.compareTo(size.multiply(SAME)) <= 0) {
            return EQUAL;
        }
        if (size.compareTo(SMALLEST) < 0) {
            return Judgement.undecided("too-close");
        }
        if (difference.compareTo(size.multiply(OTHER)) > 0) {
            return DIFFERENT;
        }
        // Terms that cancel leave fewer digits than were computed.
        return Judgement.undecided("too-close");
    }

    private boolean isNear(Rational left, Rational right) {
        if (tolerance == 0) {
            return false;
        }
        BigDecimal difference = left.plus(right.negated()).decimal(Reals.MC).abs();
        BigDecimal size = right.decimal(Reals.MC).abs();
        return difference.compareTo(size.multiply(BigDecimal.valueOf(tolerance))) <= 0;
    }

    /** A fixed number between 1/2 and 5/2 for each variable and point, or its negative. */
    private static BigDecimal variable(String name, int point, boolean negative) {
        long[] key = name.chars().asLongStream().toArray();
        BigInteger bits = BigInteger.valueOf(CounterRandom.bits(CounterRandom.bits(key), point))
                .shiftRight(1)
                .add(BigInteger.ONE.shiftLeft(62));
        BigDecimal unit = new BigDecimal(bits).divide(new BigDecimal(BigInteger.ONE.shiftLeft(63)), Reals.MC);
        BigDecimal value = unit.multiply(BigDecimal.valueOf(2)).add(new BigDecimal("0.5"));
        return negative ? value.negate() : value;
    }

    private static boolean isInfinite(Expr expr) {
        return sign(expr) != 0;
    }

    /** 1 for infinity, -1 for its negative, 0 for any other formula. */
    private static int sign(Expr expr) {
        Expr infinity = new Expr.Sym("∞");
        return expr.equals(infinity) ? 1 : expr.equals(Expr.negated(infinity)) ? -1 : 0;
    }

    private static void addVariables(Expr expr, Set<String> names) {
        if (expr instanceof Expr.Sym symbol && !Set.of("π", "e", "i", "∞").contains(symbol.name())) {
            names.add(symbol.name());
        } else if (expr instanceof Expr.Sum sum) {
            sum.terms().forEach(term -> addVariables(term, names));
        } else if (expr instanceof Expr.Product product) {
            product.factors().forEach(factor -> addVariables(factor, names));
        } else if (expr instanceof Expr.Power power) {
            addVariables(power.base(), names);
            addVariables(power.exponent(), names);
        } else if (expr instanceof Expr.Call call) {
            call.arguments().forEach(argument -> addVariables(argument, names));
        }
    }
}
