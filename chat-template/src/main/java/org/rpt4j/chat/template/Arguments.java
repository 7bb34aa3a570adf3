package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

/**
 * Evaluated arguments of a call.
 *
 * @param what name of the callee, for messages
 * @param positional positional arguments
 * @param named named arguments
 * @param frame the scope of the call
 */
record Arguments(String what, List<Object> positional, Map<String, Object> named, Frame frame) {

    int count() {
        return positional.size() + named.size();
    }

    /** Returns an argument by position or by name. */
    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    Object get(int index, String name, Object otherwise) {
        if (index < positional.size()) {
            return positional.get(index);
        }
        return named.getOrDefault(name, otherwise);
    }

    Object required(int index, String name) {
        if (!has(index, name)) {
            throw new JinjaException(what + " is missing its argument \"" + name + "\"");
        }
        return get(index, name, None.NONE);
    }

    String string(int index, String name) {
        Object value = required(index, name);
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException(what + ": argument \"" + name + "\" is " + Values.type(value) + ", not a string");
    }

    int integer(int index, String name, int otherwise) {
        Object value = get(index, name, (long) otherwise);
        if (value instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw new JinjaException(what + ": argument \"" + name + "\" is " + Values.type(value) + ", not an integer");
    }

    /** Rejects arguments that would otherwise be ignored. */
    void atMost(int most) {
        if (count() > most) {
            throw new JinjaException(what + " has " + count() + " arguments; at most " + most + " are supported");
        }
    }
}
