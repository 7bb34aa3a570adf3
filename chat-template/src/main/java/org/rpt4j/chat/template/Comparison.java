package org.rpt4j.chat.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Equality, order and membership, with Python's semantics; each is charged by what it reads. */
final class Comparison {

    private Comparison() {}

    /** Evaluates one of the operators {@code == != < <= > >= in}, or {@code not in}. */
    static boolean holds(String operator, Object a, Object b, Budget budget) {
        return switch (operator) {
            case "==" -> equal(a, b, budget);
            case "!=" -> !equal(a, b, budget);
            case "in" -> contains(b, a, budget);
            case "not in" -> !contains(b, a, budget);
            default -> ordered(operator, a, b, budget, 0);
        };
    }

    static boolean equal(Object a, Object b, Budget budget) {
        return equal(a, b, budget, 0);
    }

    private static boolean equal(Object a, Object b, Budget budget, int depth) {
        budget.spend(1);
        Number x = Values.number(a);
        Number y = Values.number(b);
        if (x != null && y != null) {
            return sameNumber(x, y);
        }
        if (a instanceof String left && b instanceof String right) {
            boolean possible = left.length() == right.length();
            budget.spend(possible ? left.length() : 0);
            return possible && left.equals(right);
        }
        if (a instanceof Undefined || b instanceof Undefined) {
            return a instanceof Undefined && b instanceof Undefined;
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            int below = Budget.deeper(depth);
            boolean same = left.size() == right.size() && Sequence.sameType(left, right);
            for (int i = 0; same && i < left.size(); i++) {
                same = equal(left.get(i), right.get(i), budget, below);
            }
            return same;
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            return left.size() == right.size() && sameEntries(left, right, budget, Budget.deeper(depth));
        }
        return a == b;
    }

    private static boolean sameEntries(Map<?, ?> a, Map<?, ?> b, Budget budget, int depth) {
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            Object other = Keys.find(b, entry.getKey(), budget);
            if (other == null || !equal(entry.getValue(), other, budget, depth)) {
                return false;
            }
        }
        return true;
    }

    static boolean sameNumber(Number a, @Nullable Number b) {
        return b != null && isNumber(a) && isNumber(b) && compare(a, b) == 0;
    }

    private static boolean isNumber(Number value) {
        return !Double.isNaN(value.doubleValue());
    }

    private static int compare(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        double x = a.doubleValue();
        double y = b.doubleValue();
        boolean rounded = x == y && Math.abs(x) >= 1L << 53 && !Double.isInfinite(x);
        return rounded ? exact(a).compareTo(exact(b)) : x < y ? -1 : x > y ? 1 : 0;
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    private static boolean ordered(String operator, Object a, Object b, Budget budget, int depth) {
        Number x = Values.number(a);
        Number y = Values.number(b);
        if (x != null && y != null && !(isNumber(x) && isNumber(y))) {
            return false;
        }
        int order = order(a, b, budget, depth);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** Compares for sorting. */
    static int order(Object a, Object b, Budget budget) {
        return order(a, b, budget, 0);
    }

    private static int order(Object a, Object b, Budget budget, int depth) {
        budget.spend(1);
        Number x = Values.number(a);
        Number y = Values.number(b);
        if (x != null && y != null) {
            return compare(x, y);
        }
        if (a instanceof String left && b instanceof String right) {
            budget.spend(Math.min(left.length(), right.length()));
            return byCodePoint(left, right);
        }
        if (a instanceof List<?> left
                && b instanceof List<?> right
                && Sequence.sameType(left, right)
                && Sequence.isArray(left)) {
            int below = Budget.deeper(depth);
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                if (!equal(left.get(i), right.get(i), budget, below)) {
                    return order(left.get(i), right.get(i), budget, below);
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        if (a instanceof Undefined missing) {
            throw missing.used();
        }
        if (b instanceof Undefined missing) {
            throw missing.used();
        }
        throw new JinjaException(Values.type(a) + " and " + Values.type(b) + " have no order");
    }

    /** Java compares UTF-16 units, in which supplementary characters come before U+E000. */
    private static int byCodePoint(String a, String b) {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Integer.compare(rank(x), rank(y));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + Character.MAX_VALUE : unit;
    }

    static boolean contains(Object container, Object element, Budget budget) {
        budget.spend(1);
        if (container instanceof String text) {
            if (element instanceof String part) {
                return Search.first(text, part, 0, budget) >= 0;
            }
            throw new JinjaException(Values.type(element) + " cannot be in a string");
        }
        if (container instanceof Map<?, ?> map) {
            return Keys.find(map, element, budget) != null;
        }
        if (container instanceof List<?> list) {
            for (Object other : list) {
                if (other == element || equal(other, element, budget)) {
                    return true;
                }
            }
            return false;
        }
        if (container instanceof Undefined) {
            return false;
        }
        throw new JinjaException(Values.type(container) + " cannot contain anything");
    }
}
