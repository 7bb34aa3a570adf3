package org.rpt4j.chat.template;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Access to attributes and elements, and calls. */
final class Access {

    private Access() {}

    /** Evaluates {@code base.name}: a method first, as in Python, then a key. */
    static Object attribute(Object base, String name) {
        if (base instanceof Undefined missing) {
            throw missing.used();
        }
        Callable method = Methods.find(base, name);
        if (method != null) {
            return method;
        }
        Object found = null;
        if (base instanceof Attributes object) {
            found = object.attribute(name);
        } else if (base instanceof Map<?, ?> map) {
            found = map.get(name);
        }
        return found == null ? Undefined.of(name) : found;
    }

    /** Evaluates {@code base[key]}: a key first, then an attribute. */
    static Object item(Object base, Object key, Budget budget) {
        budget.spend(1);
        if (base instanceof Undefined missing) {
            throw missing.used();
        }
        Object found = null;
        if (base instanceof Map<?, ?> map) {
            found = Keys.find(map, key, budget);
        } else if (base instanceof String || Sequence.hasPositions(base)) {
            Long index = index(key);
            found = index == null ? null : Operators.element(base, index, budget);
        }
        if (found != null) {
            return found;
        }
        budget.spendOnReading(key);
        return key instanceof String name
                ? attribute(base, name)
                : new Undefined(key instanceof Long ? "[" + key + "]" : "[" + Values.type(key) + "]");
    }

    private static @Nullable Long index(Object key) {
        return key instanceof Boolean flag ? Long.valueOf(flag ? 1 : 0) : key instanceof Long index ? index : null;
    }

    static Object call(Object callee, Arguments arguments, int line) {
        if (callee instanceof Undefined missing) {
            throw new JinjaException("function \"" + missing.name() + "\" is not supported", line);
        }
        if (!(callee instanceof Callable function)) {
            throw new JinjaException(Values.type(callee) + " cannot be called", line);
        }
        return function.call(arguments);
    }
}
