package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of dictionaries. As in Python, {@code 1}, {@code 1.0} and {@code true} are one key. */
final class Keys {

    private Keys() {}

    /**
     * Checks and charges a key before it is hashed.
     *
     * @throws JinjaException if it can be changed, or holds something that can
     */
    static void charge(Object key, Budget budget) {
        charge(key, budget, 0);
    }

    private static void charge(Object key, Budget budget, int depth) {
        budget.spend(1);
        if (Sequence.isTuple(key)) {
            int below = Budget.deeper(depth);
            ((List<?>) key).forEach(element -> charge(element, budget, below));
        } else if (key instanceof List || key instanceof Map) {
            throw new JinjaException(Values.type(key) + " cannot be the key of a dictionary");
        } else {
            budget.spendOnReading(key);
        }
    }

    /** Returns the value of a key, or null. */
    static @Nullable Object find(Map<?, ?> map, Object key, Budget budget) {
        charge(key, budget);
        return map.get(stored(map, key));
    }

    /** Sets the value of a key. A key that is there stays as it is, as in Python. */
    static void put(Map<Object, Object> map, Object key, Object value, Budget budget) {
        charge(key, budget);
        map.put(stored(map, key), value);
    }

    /** Returns a key of the map that equals this one, or this one. */
    private static Object stored(Map<?, ?> map, Object key) {
        Number number = Values.number(key);
        if (number == null || map.containsKey(key)) {
            return key;
        }
        double value = number.doubleValue();
        for (Object same : new Object[] {number.longValue(), value, value == 1}) {
            boolean equal = Comparison.sameNumber(number, Values.number(same));
            if (equal && map.containsKey(same)) {
                return same;
            }
        }
        return key;
    }

    /** Returns what equals the keys of equal values only. */
    static Object canonical(Object value, Budget budget) {
        charge(value, budget);
        return canonical(value);
    }

    private static Object canonical(Object value) {
        Number number = Values.number(value);
        if (number instanceof Double decimal && decimal == Math.rint(decimal) && Math.abs(decimal) < 1L << 62) {
            return decimal.longValue();
        }
        if (number != null) {
            return number;
        }
        if (value instanceof Undefined) {
            return Undefined.class;
        }
        return value instanceof Sequence tuple
                ? tuple.stream().map(Keys::canonical).toList()
                : value;
    }
}
