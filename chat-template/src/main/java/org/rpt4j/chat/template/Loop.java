package org.rpt4j.chat.template;

import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. */
final class Loop implements Attributes, Callable {

    private final List<Object> items;
    private final int depth0;
    private final @Nullable BiFunction<Object, Integer, Object> again;
    private int index0 = -1;
    private @Nullable List<Object> last;

    /**
     * @param items all elements
     * @param depth0 how many loops call this one
     * @param again runs the loop over something else, at a depth; null if the loop is not recursive
     */
    Loop(List<Object> items, int depth0, @Nullable BiFunction<Object, Integer, Object> again) {
        this.items = items;
        this.depth0 = depth0;
        this.again = again;
    }

    /** Goes on to the next element. */
    Object next() {
        return items.get(++index0);
    }

    @Override
    public Object call(Arguments given) {
        if (again == null) {
            throw new JinjaException("the loop is not recursive, so \"loop\" cannot be called");
        }
        return again.apply(Signature.of("iterable").bind(given.as("loop")).required("iterable"), depth0 + 1);
    }

    @Override
    public @Nullable Object attribute(String name) {
        return switch (name) {
            case "index" -> index0 + 1L;
            case "index0" -> (long) index0;
            case "revindex" -> (long) items.size() - index0;
            case "revindex0" -> items.size() - index0 - 1L;
            case "first" -> index0 == 0;
            case "last" -> index0 == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth0 + 1L;
            case "depth0" -> (long) depth0;
            case "previtem" -> index0 == 0 ? new Undefined("loop.previtem") : items.get(index0 - 1);
            case "nextitem" -> index0 == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(index0 + 1);
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> null;
        };
    }

    private Object cycle(Arguments given) {
        Arguments values = given.as("loop.cycle");
        values.onlyPositional();
        if (values.count() == 0) {
            throw new JinjaException("loop.cycle has no values to choose from");
        }
        return values.positional().get(index0 % values.count());
    }

    private Object changed(Arguments given) {
        given.as("loop.changed").onlyPositional();
        boolean changed = last == null || !Comparison.equal(last, given.positional(), given.budget());
        last = given.positional();
        return changed;
    }
}
