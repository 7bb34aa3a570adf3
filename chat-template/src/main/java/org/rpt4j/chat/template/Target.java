package org.rpt4j.chat.template;

import java.util.List;

/** What a value is assigned to. */
@FunctionalInterface
interface Target {

    void assign(Frame frame, Object value);

    static Target variable(String name) {
        return (frame, value) -> frame.set(name, value);
    }

    /** Several targets, each of which gets one element of the value. */
    static Target several(List<Target> targets) {
        return (frame, value) -> {
            List<Object> parts = Values.elements(value, frame.budget());
            if (parts.size() != targets.size()) {
                throw new JinjaException(parts.size() + " values for " + targets.size() + " variables");
            }
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(frame, parts.get(i));
            }
        };
    }

    static Target attribute(String variable, String attribute) {
        return (frame, value) -> {
            Object holder = frame.get(variable);
            if (!(holder instanceof Attributes.Namespace namespace)) {
                throw new JinjaException("only the attributes of a namespace can be set, and \"" + variable + "\" is "
                        + Values.type(holder));
            }
            frame.budget().spend(Budget.ELEMENT);
            namespace.set(attribute, value);
        };
    }
}
