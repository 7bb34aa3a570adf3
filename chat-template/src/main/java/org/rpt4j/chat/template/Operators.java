package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic, indexing and slicing with Python's semantics. */
final class Operators {

    private Operators() {}

    static Object binary(String operator, Object a, Object b, Budget budget) {
        Object sequence = switch (operator) {
            case "+" -> concatenated(a, b, budget);
            case "*" -> a instanceof Long || a instanceof Boolean ? repeated(b, a, budget) : repeated(a, b, budget);
            case "%" -> a instanceof String format ? PercentFormat.of(format, b, budget) : null;
            default -> null;
        };
        if (sequence != null) {
            return sequence;
        }
        if (a instanceof Undefined missing) {
            throw missing.used();
        }
        if (b instanceof Undefined missing) {
            throw missing.used();
        }
        Number x = Values.number(a);
        Number y = Values.number(b);
        if (x == null || y == null) {
            throw new JinjaException(
                    "\"" + operator + "\" is not supported for " + Values.type(a) + " and " + Values.type(b));
        }
        return x instanceof Long i && y instanceof Long j
                ? integers(operator, i, j)
                : decimals(operator, x.doubleValue(), y.doubleValue());
    }

    private static @Nullable Object concatenated(Object a, Object b, Budget budget) {
        if (a instanceof String left && b instanceof String right) {
            return new BoundedText(budget).append(left).append(right).toString();
        }
        if (Sequence.isArray(a) && Sequence.isArray(b) && Sequence.isTuple(a) == Sequence.isTuple(b)) {
            List<?> left = (List<?>) a;
            List<?> right = (List<?>) b;
            budget.spendOnElements((long) left.size() + right.size());
            List<Object> both = new ArrayList<>(left);
            both.addAll(right);
            return Sequence.like(left, both);
        }
        return null;
    }

    private static @Nullable Object repeated(Object value, Object factor, Budget budget) {
        if (!(factor instanceof Long || factor instanceof Boolean)) {
            return null;
        }
        long times = factor instanceof Long number ? number : Values.truth(factor) ? 1 : 0;
        if (value instanceof String text) {
            return new BoundedText(budget).repeat(text, times).toString();
        }
        if (!Sequence.isArray(value)) {
            return null;
        }
        List<?> list = (List<?>) value;
        List<Object> elements = new ArrayList<>();
        if (!list.isEmpty() && times > 0) {
            budget.spendOnElements(times > Budget.MAX_LENGTH ? times : times * list.size());
            for (long i = 0; i < times; i++) {
                elements.addAll(list);
            }
        }
        return Sequence.like(list, elements);
    }

    private static Object integers(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            case "**" -> b < 0 ? decimals(operator, a, b) : power(a, b);
            default -> decimals(operator, a, b);
        };
    }

    private static Object power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = Math.multiplyExact(result, square);
            }
            square = left > 1 ? Math.multiplyExact(square, square) : square;
        }
        return result;
    }

    private static Object decimals(String operator, double a, double b) {
        boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
        if ((divides && b == 0) || (operator.equals("**") && a == 0 && b < 0)) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> quotient(a, b);
            case "%" -> remainder(a, b);
            case "**" -> decimalPower(a, b);
            default -> throw new JinjaException("operator \"" + operator + "\" is not supported");
        };
    }

    private static double decimalPower(double base, double exponent) {
        double power = Math.pow(base, exponent);
        boolean finite = Math.abs(base) <= Double.MAX_VALUE && Math.abs(exponent) <= Double.MAX_VALUE;
        if (finite && (Double.isNaN(power) || Double.isInfinite(power))) {
            throw new ArithmeticException("a power is too large or no real number");
        }
        return power;
    }

    /** Has the sign of the divisor. */
    private static double remainder(double a, double b) {
        double remainder = a % b;
        if (remainder == 0) {
            return Math.copySign(0.0, b);
        }
        return remainder < 0 == b < 0 ? remainder : remainder + b;
    }

    private static double quotient(double a, double b) {
        double exact = (a - remainder(a, b)) / b;
        return exact == 0 ? Math.copySign(0.0, a / b) : Math.floor(exact + 0.5);
    }

    /** Evaluates a sign, {@code -} or {@code +}. */
    static Object signed(boolean minus, Object value) {
        if (value instanceof Undefined missing) {
            throw missing.used();
        }
        Number number = Values.number(value);
        if (number == null) {
            throw new JinjaException("the sign of " + Values.type(value) + " is not supported");
        }
        if (!minus) {
            return number;
        }
        return number instanceof Long whole ? (Object) Math.negateExact(whole) : (Object) (-number.doubleValue());
    }

    /** Evaluates {@code sequence[index]}; a negative index counts from the end. Null if there is no such element. */
    static @Nullable Object element(Object sequence, long index, Budget budget) {
        if (sequence instanceof String text) {
            budget.spend(text.length());
            int length = text.codePointCount(0, text.length());
            long place = index < 0 ? index + length : index;
            return place < 0 || place >= length
                    ? null
                    : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) place)));
        }
        List<?> elements = (List<?>) sequence;
        long place = index < 0 ? index + elements.size() : index;
        return place >= 0 && place < elements.size() ? elements.get((int) place) : null;
    }

    /** Evaluates {@code sequence[from:to:step]}; each bound may be absent. */
    static Object slice(Object sequence, @Nullable Long from, @Nullable Long to, long step, Budget budget) {
        if (step == 0) {
            throw new JinjaException("the step of a slice is 0");
        }
        if (sequence instanceof Undefined missing) {
            throw missing.used();
        }
        if (!(sequence instanceof String) && !Sequence.hasPositions(sequence)) {
            throw new JinjaException(Values.type(sequence) + " cannot be sliced");
        }
        budget.spendOnReading(sequence);
        int[] letters = sequence instanceof String text ? text.codePoints().toArray() : new int[0];
        int size = sequence instanceof List<?> list ? list.size() : letters.length;
        long least = step > 0 ? 0 : -1;
        long most = step > 0 ? size : size - 1L;
        long start = from == null ? (step > 0 ? least : most) : clamped(from, size, least, most);
        long end = to == null ? (step > 0 ? most : least) : clamped(to, size, least, most);
        long stride = Math.max(-size - 1L, Math.min(size + 1L, step));
        long count = Math.max(0, (end - start + stride - Long.signum(stride)) / stride);
        if (sequence instanceof String) {
            BoundedText text = new BoundedText(budget);
            for (long i = 0; i < count; i++) {
                text.appendCodePoint(letters[(int) (start + i * stride)]);
            }
            return text.toString();
        }
        List<?> list = (List<?>) sequence;
        budget.spendOnElements(count);
        List<Object> taken = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            taken.add(list.get((int) (start + i * stride)));
        }
        return Sequence.like(list, taken);
    }

    private static long clamped(long bound, int size, long least, long most) {
        return Math.max(least, Math.min(most, bound < 0 ? bound + size : bound));
    }
}
