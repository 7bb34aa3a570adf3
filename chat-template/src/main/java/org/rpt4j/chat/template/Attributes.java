package org.rpt4j.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects whose attributes a template reads. */
interface Attributes {

    /** Returns the value of an attribute, or null if it does not exist. */
    @Nullable
    Object attribute(String name);

    /** The only object whose attributes a template may assign. */
    final class Namespace implements Attributes {

        private final Map<Object, Object> values;

        Namespace(Map<Object, Object> values) {
            this.values = new LinkedHashMap<>(values);
        }

        void set(String name, Object value) {
            values.put(name, value);
        }

        Map<Object, Object> values() {
            return values;
        }

        @Override
        public @Nullable Object attribute(String name) {
            return values.get(name);
        }
    }
}
