package org.rpt4j.chat.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tag {@code for}; each iteration has its own scope. */
record ForLoop(
        List<String> targets,
        Expression iterable,
        @Nullable Expression condition,
        Statement inner,
        @Nullable Statement empty)
        implements Statement {

    @Override
    public Next run(Frame frame, BoundedText output) {
        Object over = iterable.eval(frame);
        frame.budget().spend(Values.size(over));
        List<Object> items = Values.elements(over);
        if (condition != null) {
            items = items.stream().filter(item -> isWanted(frame, item)).toList();
        }
        if (items.isEmpty() && empty != null) {
            return empty.run(frame, output);
        }
        for (int i = 0; i < items.size(); i++) {
            frame.budget().spend(1);
            Frame round = frame.child();
            round.set("loop", new Attributes.Loop(items, i));
            bind(round, targets, items.get(i));
            if (inner.run(round, output) == Next.BREAK) {
                break;
            }
        }
        return Next.GO_ON;
    }

    private boolean isWanted(Frame frame, Object item) {
        Frame scope = frame.child();
        bind(scope, targets, item);
        return condition == null || Values.truth(condition.eval(scope));
    }

    /** Assigns a value to one variable, or its elements to several. */
    static void bind(Frame frame, List<String> names, Object value) {
        if (names.size() == 1) {
            frame.set(names.get(0), value);
            return;
        }
        List<Object> parts = Values.elements(value);
        if (parts.size() != names.size()) {
            throw new JinjaException(parts.size() + " values for the variables " + names);
        }
        for (int i = 0; i < names.size(); i++) {
            frame.set(names.get(i), parts.get(i));
        }
    }
}
