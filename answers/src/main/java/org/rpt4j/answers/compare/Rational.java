package org.rpt4j.answers.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * An exact fraction in lowest terms. Every operation is bounded in size, so that no answer can exhaust the memory.
 *
 * @param numerator any integer
 * @param denominator positive
 */
record Rational(BigInteger numerator, BigInteger denominator) {

    static final Rational ZERO = of(0);
    static final Rational ONE = of(1);

    /** Enough for every number that people write out. */
    private static final int MOST_BITS = 1 << 15;

    /** Digits of the power of ten that a number may be written with. */
    private static final int MOST_SCALE = 5000;

    Rational {
        if (denominator.signum() == 0) {
            throw new UnreadableAnswer("division-by-zero");
        }
        BigInteger divisor = numerator.gcd(denominator);
        divisor = denominator.signum() < 0 ? divisor.negate() : divisor;
        numerator = numerator.divide(divisor);
        denominator = denominator.divide(divisor);
        if (Math.max(numerator.bitLength(), denominator.bitLength()) > MOST_BITS) {
            throw new UnreadableAnswer("too-large");
        }
    }

    static Rational of(long value) {
        return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
    }

    static Rational of(BigDecimal value) {
        if (Math.abs((long) value.scale()) > MOST_SCALE) {
            throw new UnreadableAnswer("too-large");
        }
        return value.scale() <= 0
                ? new Rational(value.toBigIntegerExact(), BigInteger.ONE)
                : new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    Rational negated() {
        return new Rational(numerator.negate(), denominator);
    }

    Rational inverse() {
        return new Rational(denominator, numerator);
    }

    /** A power with a whole exponent. */
    Rational power(BigInteger exponent) {
        long size = Math.max(numerator.abs().bitLength(), denominator.bitLength());
        if (exponent.bitLength() > Integer.SIZE - 2) {
            if (numerator.abs().equals(denominator)) {
                return exponent.testBit(0) ? this : ONE;
            }
            throw new UnreadableAnswer("too-large");
        }
        int times = Math.abs(exponent.intValueExact());
        if (size > 1 && size * times > MOST_BITS + size) {
            throw new UnreadableAnswer("too-large");
        }
        Rational power = new Rational(numerator.pow(times), denominator.pow(times));
        return exponent.signum() < 0 ? power.inverse() : power;
    }

    boolean isWhole() {
        return denominator.equals(BigInteger.ONE);
    }

    BigDecimal decimal(MathContext precision) {
        return new BigDecimal(numerator).divide(new BigDecimal(denominator), precision);
    }
}
