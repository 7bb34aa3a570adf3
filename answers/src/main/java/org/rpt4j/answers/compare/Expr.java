package org.rpt4j.answers.compare;

import java.util.List;

/** A formula without relations. */
sealed interface Expr {

    /** A number as it is written. */
    record Num(Rational value) implements Expr {}

    /** A variable, or one of the constants {@code π}, {@code e}, {@code i} and {@code ∞}. */
    record Sym(String name) implements Expr {}

    /** A sum of at least two terms. */
    record Sum(List<Expr> terms) implements Expr {}

    /** A product of at least two factors. */
    record Product(List<Expr> factors) implements Expr {}

    /** A power; a root has a fraction as its exponent, a quotient the exponent -1. */
    record Power(Expr base, Expr exponent) implements Expr {}

    /** A function by name. */
    record Call(String name, List<Expr> arguments) implements Expr {}

    static Expr number(long value) {
        return new Num(Rational.of(value));
    }

    static Expr negated(Expr value) {
        return value instanceof Num number
                ? new Num(number.value().negated())
                : new Product(List.of(number(-1), value));
    }

    static Expr quotient(Expr dividend, Expr divisor) {
        return new Product(List.of(dividend, new Power(divisor, number(-1))));
    }
}
