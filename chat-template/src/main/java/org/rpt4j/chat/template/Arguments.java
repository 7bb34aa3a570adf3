package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

/**
 * Evaluated arguments of a call.
 *
 * @param what name of the callee, for messages
 * @param positional positional arguments
 * @param named named arguments
 * @param budget the work that is left
 */
record Arguments(String what, List<Object> positional, Map<String, Object> named, Budget budget) {

    int count() {
        return positional.size() + named.size();
    }

    /** The same without the first positional arguments. */
    Arguments from(int index) {
        int start = Math.min(index, positional.size());
        return new Arguments(what, positional.subList(start, positional.size()), named, budget);
    }

    Arguments as(String callee) {
        return new Arguments(callee, positional, named, budget);
    }

    Arguments withNamed(Map<String, Object> others) {
        return new Arguments(what, positional, others, budget);
    }

    /** Refuses named arguments, where Python has none. */
    void onlyPositional() {
        if (!named.isEmpty()) {
            throw new JinjaException(what + " has no argument named \""
                    + named.keySet().iterator().next() + "\"");
        }
    }
}
