package org.rpt4j.chat.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects whose attributes a template reads. */
interface Attributes {

    /** Returns the value of an attribute, or null if it does not exist. */
    @Nullable
    Object attribute(String name);

    /** The only object whose attributes a template may assign. */
    final class Namespace implements Attributes {

        private final Map<String, Object> values = new HashMap<>();

        Namespace(Map<String, Object> values) {
            this.values.putAll(values);
        }

        void set(String name, Object value) {
            values.put(name, value);
        }

        @Override
        public @Nullable Object attribute(String name) {
            return values.get(name);
        }
    }

    /**
     * The variable {@code loop}.
     *
     * @param items all elements
     * @param index0 index of the current element
     */
    record Loop(List<Object> items, int index0) implements Attributes {

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
                case "previtem" -> index0 == 0 ? new Undefined("loop.previtem") : items.get(index0 - 1);
                case "nextitem" -> index0 == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(index0 + 1);
                case "cycle" ->
                    (Callable) call ->
                            call.positional().get(index0 % call.positional().size());
                default -> null;
            };
        }
    }
}
