package org.rpt4j.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** A call: {@code callee(arguments)}. */
record Call(Expression callee, ArgumentList arguments, int line) implements Expression {

    @Override
    public Object eval(Frame frame) {
        frame.budget().enter();
        Object result = Access.call(callee.eval(frame), evaluated(frame), line);
        frame.budget().leave();
        return result;
    }

    /** Calls with one more argument, {@code caller}: the content of the tag {@code call}. */
    Object withCaller(Frame frame, Macro caller) {
        frame.budget().enter();
        Object function = callee.eval(frame);
        Arguments given = evaluated(frame);
        Map<String, Object> named = new LinkedHashMap<>(given.named());
        if (named.put("caller", caller) != null) {
            throw new JinjaException("argument \"caller\" is given twice", line);
        }
        Object result = Access.call(function, given.withNamed(named), line);
        frame.budget().leave();
        return result;
    }

    private Arguments evaluated(Frame frame) {
        return arguments.eval("a call in line " + line, frame);
    }
}
