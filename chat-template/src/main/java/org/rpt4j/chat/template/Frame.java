package org.rpt4j.chat.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of one scope; a scope reads the enclosing ones but assigns only its own. */
final class Frame {

    private final @Nullable Frame parent;
    private final Budget budget;
    private final Map<String, Object> variables = new HashMap<>();

    private Frame(@Nullable Frame parent, Budget budget) {
        this.parent = parent;
        this.budget = budget;
    }

    static Frame root(Map<String, Object> globals) {
        Frame root = new Frame(null, new Budget());
        root.variables.putAll(globals);
        return root;
    }

    Frame child() {
        budget.spend(Budget.SCOPE);
        return new Frame(this, budget);
    }

    Budget budget() {
        return budget;
    }

    Object get(String name) {
        for (Frame frame = this; frame != null; frame = frame.parent) {
            budget.spend(1);
            Object value = frame.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Undefined(name);
    }

    void set(String name, Object value) {
        budget.spend(1);
        variables.put(name, value);
    }
}
