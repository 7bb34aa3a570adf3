package org.rpt4j.answers.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Real functions to {@value #DIGITS} significant digits, of which a few more are carried than are compared. Arguments
 * are bounded, so every call takes bounded time.
 */
final class Reals {

    static final int DIGITS = 80;
    static final MathContext MC = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal NEGLIGIBLE = new BigDecimal("1e-90");
    /** e to this is the largest number of any interest. */
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(5000);

    private static final BigDecimal LARGEST_ANGLE = BigDecimal.valueOf(1_000_000);

    static final BigDecimal PI = BigDecimal.valueOf(4).multiply(arctan(ONE), MC);

    private Reals() {}

    /** e^x by its series at x/2^k, squared k times. */
    static BigDecimal exp(BigDecimal x) {
        if (x.abs().compareTo(LARGEST_EXPONENT) > 0) {
            throw new UnreadableAnswer("too-large");
        }
        int halvings = 0;
        BigDecimal small = x;
        while (small.abs().compareTo(new BigDecimal("0.1")) > 0) {
            small = small.divide(TWO, more());
            halvings++;
        }
        BigDecimal sum = ONE;
        BigDecimal term = ONE;
        for (int n = 1; term.abs().compareTo(NEGLIGIBLE) > 0; n++) {
            term = term.multiply(small, more()).divide(BigDecimal.valueOf(n), more());
            sum = sum.add(term, more());
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, more());
        }
        return sum.round(MC);
    }

    /** The natural logarithm of a positive number: square roots until it is near 1, then the series of artanh. */
    static BigDecimal ln(BigDecimal x) {
        if (x.signum() <= 0) {
            throw new UnreadableAnswer("undefined");
        }
        int scale = x.precision() - x.scale() - 1;
        BigDecimal mantissa = x.scaleByPowerOfTen(-scale);
        BigDecimal result = lnNearOne(mantissa);
        return scale == 0
                ? result.round(MC)
                : result.add(lnNearOne(BigDecimal.TEN).multiply(BigDecimal.valueOf(scale), more()), MC);
    }

    private static BigDecimal lnNearOne(BigDecimal x) {
        BigDecimal root = x;
        int roots = 0;
        while (root.subtract(ONE).abs().compareTo(new BigDecimal("0.05")) > 0) {
            root = root.sqrt(more());
            roots++;
        }
        BigDecimal ratio = root.subtract(ONE).divide(root.add(ONE), more());
        BigDecimal square = ratio.multiply(ratio, more());
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal power = ratio;
        for (int n = 1; power.abs().compareTo(NEGLIGIBLE) > 0; n += 2) {
            sum = sum.add(power.divide(BigDecimal.valueOf(n), more()), more());
            power = power.multiply(square, more());
        }
        return sum.multiply(TWO.pow(roots + 1), more());
    }

    static BigDecimal sin(BigDecimal x) {
        BigDecimal angle = reduced(x);
        return series(angle, angle, 1);
    }

    static BigDecimal cos(BigDecimal x) {
        return series(reduced(x), ONE, 0);
    }

    /** The alternating series of sine, from its term of degree 1, or of cosine, from degree 0. */
    private static BigDecimal series(BigDecimal angle, BigDecimal first, int degree) {
        BigDecimal square = angle.multiply(angle, more());
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal term = first;
        for (int n = degree; term.abs().compareTo(NEGLIGIBLE) > 0; n += 2) {
            sum = sum.add(term, more());
            term = term.multiply(square, more())
                    .divide(BigDecimal.valueOf((long) (n + 1) * (n + 2)), more())
                    .negate();
        }
        return sum.round(MC);
    }

    private static BigDecimal reduced(BigDecimal x) {
        if (x.abs().compareTo(LARGEST_ANGLE) > 0) {
            throw new UnreadableAnswer("too-large");
        }
        BigDecimal turn = PI.multiply(TWO, more());
        BigInteger turns =
                x.divide(turn, more()).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
        return x.subtract(turn.multiply(new BigDecimal(turns), more()), more());
    }

    /** The angle whose tangent is x: halved until x is small, then the series. */
    static BigDecimal arctan(BigDecimal x) {
        BigDecimal small = x;
        int halvings = 0;
        while (small.abs().compareTo(new BigDecimal("0.05")) > 0) {
            BigDecimal secant = small.multiply(small, more()).add(ONE).sqrt(more());
            small = small.divide(secant.add(ONE), more());
            halvings++;
        }
        BigDecimal square = small.multiply(small, more()).negate();
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal power = small;
        for (int n = 1; power.abs().compareTo(NEGLIGIBLE) > 0; n += 2) {
            sum = sum.add(power.divide(BigDecimal.valueOf(n), more()), more());
            power = power.multiply(square, more());
        }
        return sum.multiply(TWO.pow(halvings), MC);
    }

    /** The angle between -π/2 and π/2 whose sine is x. */
    static BigDecimal arcsin(BigDecimal x) {
        BigDecimal rest = ONE.subtract(x.multiply(x, more()), more());
        if (rest.signum() < 0) {
            throw new UnreadableAnswer("undefined");
        }
        BigDecimal right = PI.divide(TWO, MC);
        return rest.signum() == 0
                ? (x.signum() < 0 ? right.negate() : right)
                : arctan(x.divide(rest.sqrt(more()), more()));
    }

    private static MathContext more() {
        return Extra.MC;
    }

    /** Of its own, because the constant above is computed with it. */
    private static final class Extra {
        static final MathContext MC = new MathContext(DIGITS + 15, RoundingMode.HALF_EVEN);
    }
}
