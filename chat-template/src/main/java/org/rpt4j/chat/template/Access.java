package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

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
        return found == null ? new Undefined(name) : found;
    }

    /** Evaluates {@code base[key]}: a key first, then an attribute. */
    static Object item(Object base, Object key, Budget budget) {
        if (base instanceof Undefined missing) {
            throw missing.used();
        }
        if (base instanceof Map<?, ?> map) {
            if (key instanceof List || key instanceof Map) {
                throw new JinjaException(Values.type(key) + " cannot be the key of a dictionary");
            }
            Object found = map.get(key);
            if (found != null) {
                return found;
            }
        } else if (key instanceof Long index && (base instanceof List || base instanceof String)) {
            budget.spend(base instanceof String text ? text.length() : 1);
            return Operators.element(base, index, "[" + index + "]");
        }
        return key instanceof String name ? attribute(base, name) : new Undefined("[" + Values.text(key) + "]");
    }

    static Object call(Object callee, ArgumentList arguments, Frame frame, int line) {
        if (callee instanceof Undefined missing) {
            throw new JinjaException("function \"" + missing.name() + "\" is not supported", line);
        }
        if (!(callee instanceof Callable function)) {
            throw new JinjaException(Values.type(callee) + " cannot be called", line);
        }
        return function.call(arguments.eval("a call in line " + line, frame));
    }
}
