package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The tag {@code for}; each iteration has its own scope. */
record ForLoop(
        Target target,
        Expression iterable,
        @Nullable Expression condition,
        boolean recursive,
        Statement inner,
        @Nullable Statement empty)
        implements Statement {

    @Override
    public Next run(Frame frame, BoundedText output) {
        return run(frame, iterable.eval(frame), 0, output);
    }

    private Next run(Frame frame, Object over, int depth0, BoundedText output) {
        Budget budget = frame.budget();
        List<Object> items = Values.elements(over, budget);
        if (condition != null) {
            items = wanted(frame, items, condition);
        }
        if (items.isEmpty() && empty != null) {
            return empty.run(frame, output);
        }
        BiFunction<Object, Integer, Object> again = (others, depth) -> {
            budget.enterCall();
            BoundedText text = new BoundedText(budget);
            run(frame, others, depth, text);
            budget.leaveCall();
            return text.toString();
        };
        Loop loop = new Loop(items, depth0, recursive ? again : null);
        for (int i = 0; i < items.size(); i++) {
            Frame round = frame.child();
            round.set("loop", loop);
            target.assign(round, loop.next());
            if (inner.run(round, output) == Next.BREAK) {
                break;
            }
        }
        return Next.GO_ON;
    }

    private List<Object> wanted(Frame frame, List<Object> items, Expression condition) {
        List<Object> wanted = new ArrayList<>();
        for (Object item : items) {
            Frame scope = frame.child();
            target.assign(scope, item);
            if (Values.truth(condition.eval(scope))) {
                wanted.add(item);
            }
        }
        return wanted;
    }
}
