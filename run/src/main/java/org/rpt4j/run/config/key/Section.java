package org.rpt4j.run.config.key;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.rpt4j.api.setting.Setting;

/**
 * A group of keys whose names share the first part.
 *
 * @param name first part of the names
 * @param title title for readers
 * @param relevance when the keys take effect
 * @param keys in the order of declaration
 * @since 0.1.0
 */
public record Section(String name, String title, Relevance relevance, List<Key<?>> keys) {

    public Section {
        keys = List.copyOf(keys);
    }

    /** Starts a section. */
    public static Builder of(String name, String title) {
        return new Builder(name, title);
    }

    /** Collects the keys of a section while they are declared. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final String title;
        private final List<Key<?>> keys = new ArrayList<>();
        private Relevance relevance = Relevance.ALWAYS;

        private Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** When the keys take effect, in words and as a predicate. */
        public Builder onlyWith(String condition, Predicate<Values> test) {
            this.relevance = new Relevance(condition, test);
            return this;
        }

        /** Starts the declaration of a key. */
        public <T> KeyBuilder<T> key(String lastPart, ValueType<T> type) {
            return new KeyBuilder<>(this, lastPart, type);
        }

        /** Starts the declaration of a key for a setting of an options type, with its name, description and range. */
        public <T> KeyBuilder<T> key(Setting<T> setting) {
            return key(setting.name(), setting);
        }

        /** The same, with a name of its own for the key. */
        public <T> KeyBuilder<T> key(String lastPart, Setting<T> setting) {
            return new KeyBuilder<>(this, lastPart, ValueTypes.of(setting), setting);
        }

        /** The same, with a text format of its own for the values. */
        public <T> KeyBuilder<T> key(String lastPart, ValueType<T> type, Setting<T> setting) {
            return new KeyBuilder<>(this, lastPart, type, setting);
        }

        /** Builds the section with all declared keys. */
        public Section build() {
            return new Section(name, title, relevance, keys);
        }

        String prefix() {
            return name + ".";
        }

        <T> Key<T> add(Key<T> key) {
            keys.add(key);
            return key;
        }
    }
}
