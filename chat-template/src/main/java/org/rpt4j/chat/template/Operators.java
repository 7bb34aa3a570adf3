package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic, indexing and slicing with Python's semantics. */
final class Operators {

    private Operators() {}

    static Object binary(String operator, Object a, Object b, Budget budget) {
        if (operator.equals("+") && a instanceof String left && b instanceof String right) {
            return concatenated(left, right, budget);
        }
        if (operator.equals("+") && a instanceof List<?> left && b instanceof List<?> right) {
            budget.spend(Budget.checkedLength((long) left.size() + right.size()));
            List<Object> both = new ArrayList<>(left);
            both.addAll(right);
            return both;
        }
        if (operator.equals("*") && a instanceof String text && b instanceof Long times) {
            int count = (int) Math.max(0, Math.min(times, Integer.MAX_VALUE));
            budget.spend(Budget.checkedLength((long) text.length() * count));
            return text.repeat(count);
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

    static String concatenated(String left, String right, Budget budget) {
        budget.spend(Budget.checkedLength((long) left.length() + right.length()));
        return left + right;
    }

    private static Object integers(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            case "**" -> power(a, b);
            default -> decimals(operator, a, b);
        };
    }

    private static Object power(long base, long exponent) {
        double value = Math.pow(base, exponent);
        if (exponent < 0) {
            return value;
        }
        if (Math.abs(value) > 1L << 53) {
            throw new ArithmeticException("result is too large");
        }
        return (long) value;
    }

    private static Object decimals(String operator, double a, double b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            case "**" -> Math.pow(a, b);
            default -> throw new JinjaException("operator \"" + operator + "\" is not supported");
        };
    }

    static Object negated(Object value) {
        Number number = Values.number(value);
        if (number == null) {
            throw new JinjaException("\"-\" is not supported for " + Values.type(value));
        }
        return number instanceof Long whole ? (Object) Math.negateExact(whole) : (Object) (-number.doubleValue());
    }

    /** Evaluates {@code list[index]} or {@code string[index]}; a negative index counts from the end. */
    static Object element(Object sequence, long index, String name) {
        List<?> elements = sequence instanceof List<?> list ? list : Values.elements(sequence);
        long place = index < 0 ? index + elements.size() : index;
        return place >= 0 && place < elements.size() ? elements.get((int) place) : new Undefined(name);
    }

    /** Evaluates {@code sequence[from:to:step]}; each bound may be absent. */
    static Object slice(Object sequence, @Nullable Long from, @Nullable Long to, long step) {
        if (step == 0) {
            throw new JinjaException("the step of a slice is 0");
        }
        if (!(sequence instanceof String) && !(sequence instanceof List)) {
            throw new JinjaException(Values.type(sequence) + " cannot be sliced");
        }
        List<Object> elements = Values.elements(sequence);
        int size = elements.size();
        long first = step > 0 ? 0 : -1;
        long last = step > 0 ? size : size - 1L;
        long start = from == null ? (step > 0 ? first : last) : clamped(from, size, first, last);
        long end = to == null ? (step > 0 ? last : first) : clamped(to, size, first, last);
        List<Object> taken = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            taken.add(elements.get((int) i));
        }
        if (sequence instanceof String) {
            StringBuilder text = new StringBuilder();
            taken.forEach(text::append);
            return text.toString();
        }
        return Collections.unmodifiableList(taken);
    }

    private static long clamped(long bound, int size, long least, long most) {
        return Math.max(least, Math.min(most, bound < 0 ? bound + size : bound));
    }
}
