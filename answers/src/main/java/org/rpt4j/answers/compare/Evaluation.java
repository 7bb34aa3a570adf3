package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.Reals.MC;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The value of a formula: exactly where it is a fraction, and to many digits at given values of its variables. */
final class Evaluation {

    private static final int MOST_FACTORIAL = 1000;

    private final Function<String, BigDecimal> variables;

    /** @param variables a value for each variable by name */
    Evaluation(Function<String, BigDecimal> variables) {
        this.variables = variables;
    }

    /** The fraction that a formula of numbers is; empty if it is no fraction or has variables. */
    static Optional<Rational> exact(Expr expr) {
        if (expr instanceof Expr.Num number) {
            return Optional.of(number.value());
        }
        if (expr instanceof Expr.Sum sum) {
            return all(sum.terms(), Rational.ZERO, Rational::plus);
        }
        if (expr instanceof Expr.Product product) {
            return all(product.factors(), Rational.ONE, Rational::times);
        }
        if (expr instanceof Expr.Power power) {
            Optional<Rational> exponent = exact(power.exponent()).filter(Rational::isWhole);
            Optional<Rational> base = exponent.isPresent() ? exact(power.base()) : Optional.empty();
            return base.map(number -> number.power(exponent.orElseThrow().numerator()));
        }
        if (expr instanceof Expr.Call call
                && (call.name().equals("factorial") || call.name().equals("binomial"))) {
            List<Optional<Rational>> values =
                    call.arguments().stream().map(Evaluation::exact).toList();
            return values.stream().allMatch(Optional::isPresent)
                    ? Optional.of(counted(
                            call.name(),
                            values.stream().map(Optional::orElseThrow).toList()))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private interface Operation {
        Rational apply(Rational left, Rational right);
    }

    private static Optional<Rational> all(List<Expr> parts, Rational start, Operation operation) {
        Rational result = start;
        for (Expr part : parts) {
            Optional<Rational> next = exact(part);
            if (next.isEmpty()) {
                return next;
            }
            result = operation.apply(result, next.get());
        }
        return Optional.of(result);
    }

    private static Rational counted(String name, List<Rational> values) {
        int n = small(values.get(0));
        if (name.equals("factorial")) {
            return product(1, n);
        }
        int k = small(values.get(1));
        return k > n ? Rational.ZERO : product(n - k + 1, n).times(product(1, k).inverse());
    }

    private static int small(Rational value) {
        if (!value.isWhole() || value.numerator().signum() < 0) {
            throw new UnreadableAnswer("undefined");
        }
        if (value.numerator().compareTo(BigInteger.valueOf(MOST_FACTORIAL)) > 0) {
            throw new UnreadableAnswer("too-large");
        }
        return value.numerator().intValueExact();
    }

    private static Rational product(int from, int to) {
        Rational result = Rational.ONE;
        for (int i = from; i <= to; i++) {
            result = result.times(Rational.of(i));
        }
        return result;
    }

    /**
     * The value with these variables.
     *
     * @throws UnreadableAnswer if there is none, or a limit is exceeded
     */
    Complex bounded(Expr expr) {
        try {
            return value(expr);
        } catch (ArithmeticException e) {
            // The exponent of a decimal number has 32 bits.
            throw new UnreadableAnswer("too-large");
        }
    }

    private Complex value(Expr expr) {
        if (expr instanceof Expr.Num number) {
            return Complex.real(number.value().decimal(MC));
        }
        if (expr instanceof Expr.Sym symbol) {
            return symbol(symbol.name());
        }
        if (expr instanceof Expr.Sum sum) {
            return sum.terms().stream().map(this::value).reduce(Complex.ZERO, Complex::plus);
        }
        if (expr instanceof Expr.Product product) {
            return product.factors().stream().map(this::value).reduce(Complex.ONE, Complex::times);
        }
        if (expr instanceof Expr.Power power) {
            return power(power);
        }
        return call((Expr.Call) expr);
    }

    private Complex symbol(String name) {
        return switch (name) {
            case "π" -> Complex.real(Reals.PI);
            case "e" -> Complex.real(Reals.exp(BigDecimal.ONE));
            case "i" -> Complex.I;
            case "∞" -> throw new UnreadableAnswer("undefined");
            default -> Complex.real(variables.apply(name));
        };
    }

    private Complex power(Expr.Power power) {
        Optional<Rational> exact = exact(power.exponent());
        if (exact.isEmpty()) {
            Complex exponent = value(power.exponent());
            if (power.base() instanceof Expr.Sym symbol && symbol.name().equals("e")) {
                return exponent.exp();
            }
            BigDecimal logarithm = Reals.ln(value(power.base()).requireReal());
            return exponent.times(Complex.real(logarithm)).exp();
        }
        Rational exponent = exact.get();
        Complex base = value(power.base());
        if (exponent.isWhole()) {
            return base.power(exponent.numerator());
        }
        if (exponent.denominator().equals(BigInteger.TWO)) {
            return base.sqrt().power(exponent.numerator());
        }
        BigDecimal real = base.requireReal();
        if (real.signum() == 0 && exponent.numerator().signum() > 0) {
            return Complex.ZERO;
        }
        boolean oddRoot = exponent.denominator().testBit(0);
        if (real.signum() < 0 && !oddRoot) {
            throw new UnreadableAnswer("undefined");
        }
        BigDecimal root = Reals.exp(Reals.ln(real.abs()).multiply(exponent.decimal(MC), MC));
        boolean negative = real.signum() < 0 && exponent.numerator().testBit(0);
        return Complex.real(negative ? root.negate() : root);
    }

    private Complex call(Expr.Call call) {
        if (call.name().equals("factorial") || call.name().equals("binomial")) {
            Rational value = exact(call).orElseThrow(() -> new UnreadableAnswer("not-evaluated"));
            return Complex.real(value.decimal(MC));
        }
        Complex argument = value(call.arguments().get(0));
        if (call.name().equals("abs")) {
            return Complex.real(argument.abs());
        }
        if (call.name().equals("exp")) {
            return argument.exp();
        }
        BigDecimal x = argument.requireReal();
        return Complex.real(
                switch (call.name()) {
                    case "ln" -> Reals.ln(x);
                    case "log" ->
                        Reals.ln(x)
                                .divide(
                                        nonZero(Reals.ln(
                                                value(call.arguments().get(1)).requireReal())),
                                        MC);
                    case "sin" -> Reals.sin(x);
                    case "cos" -> Reals.cos(x);
                    case "tan" -> Reals.sin(x).divide(nonZero(Reals.cos(x)), MC);
                    case "cot" -> Reals.cos(x).divide(nonZero(Reals.sin(x)), MC);
                    case "sec" -> BigDecimal.ONE.divide(nonZero(Reals.cos(x)), MC);
                    case "csc" -> BigDecimal.ONE.divide(nonZero(Reals.sin(x)), MC);
                    case "arcsin" -> Reals.arcsin(x);
                    case "arccos" -> Reals.PI.divide(BigDecimal.valueOf(2), MC).subtract(Reals.arcsin(x), MC);
                    case "arctan" -> Reals.arctan(x);
                    default -> throw new UnreadableAnswer("not-evaluated");
                });
    }

    private static BigDecimal nonZero(BigDecimal value) {
        if (value.abs().compareTo(new BigDecimal("1e-60")) < 0) {
            throw new UnreadableAnswer("division-by-zero");
        }
        return value;
    }
}
