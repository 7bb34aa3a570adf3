package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.Reals.MC;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A complex number to the precision of {@link Reals}. Functions beyond arithmetic, roots and e^z take real numbers
 * only.
 */
record Complex(BigDecimal re, BigDecimal im) {

    static final Complex ZERO = real(BigDecimal.ZERO);
    static final Complex ONE = real(BigDecimal.ONE);
    static final Complex I = new Complex(BigDecimal.ZERO, BigDecimal.ONE);

    private static final int MOST_MULTIPLICATIONS = 64;

    static Complex real(BigDecimal value) {
        return new Complex(value, BigDecimal.ZERO);
    }

    boolean isReal() {
        return im.signum() == 0;
    }

    /** The value of a real number. */
    BigDecimal requireReal() {
        if (!isReal()) {
            throw new UnreadableAnswer("undefined");
        }
        return re;
    }

    Complex plus(Complex other) {
        return new Complex(re.add(other.re, MC), im.add(other.im, MC));
    }

    Complex minus(Complex other) {
        return new Complex(re.subtract(other.re, MC), im.subtract(other.im, MC));
    }

    Complex times(Complex other) {
        return isReal() && other.isReal()
                ? real(re.multiply(other.re, MC))
                : new Complex(
                        re.multiply(other.re, MC).subtract(im.multiply(other.im, MC), MC),
                        re.multiply(other.im, MC).add(im.multiply(other.re, MC), MC));
    }

    Complex inverse() {
        BigDecimal square = re.multiply(re, MC).add(im.multiply(im, MC), MC);
        if (square.signum() == 0) {
            throw new UnreadableAnswer("division-by-zero");
        }
        return new Complex(re.divide(square, MC), im.negate().divide(square, MC));
    }

    /** The length of the number as a vector. */
    BigDecimal abs() {
        return isReal()
                ? re.abs()
                : re.multiply(re, MC).add(im.multiply(im, MC), MC).sqrt(MC);
    }

    /** A power with a whole exponent, by squaring. */
    Complex power(BigInteger exponent) {
        if (exponent.bitLength() > MOST_MULTIPLICATIONS / 2) {
            throw new UnreadableAnswer("too-large");
        }
        Complex result = ONE;
        for (int bit = exponent.abs().bitLength() - 1; bit >= 0; bit--) {
            result = result.times(result);
            result = exponent.abs().testBit(bit) ? result.times(this) : result;
        }
        return exponent.signum() < 0 ? result.inverse() : result;
    }

    /** The square root with a positive real part, or on the positive imaginary axis. */
    Complex sqrt() {
        if (isReal()) {
            return re.signum() >= 0
                    ? real(re.sqrt(MC))
                    : new Complex(BigDecimal.ZERO, re.negate().sqrt(MC));
        }
        BigDecimal length = abs();
        BigDecimal two = BigDecimal.valueOf(2);
        // Of the two halves, the one without cancellation.
        BigDecimal larger = length.add(re.abs(), MC).divide(two, MC).sqrt(MC);
        BigDecimal smaller = im.abs().divide(larger.multiply(two, MC), MC);
        BigDecimal newRe = re.signum() >= 0 ? larger : smaller;
        BigDecimal newIm = re.signum() >= 0 ? smaller : larger;
        return new Complex(newRe, im.signum() < 0 ? newIm.negate() : newIm);
    }

    /** e to this power. */
    Complex exp() {
        BigDecimal length = Reals.exp(re);
        return isReal()
                ? real(length)
                : new Complex(length.multiply(Reals.cos(im), MC), length.multiply(Reals.sin(im), MC));
    }
}
