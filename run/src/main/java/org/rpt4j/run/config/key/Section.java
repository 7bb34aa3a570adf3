package org.rpt4j.run.config.key;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.rpt4j.api.setting.Setting;

/**
 * Keys that belong together: the first part of their names is the same.
 *
 * @param name first part of the names
 * @param title for people
 * @param relevance when any of the keys has an effect
 * @param keys in the order of declaration
 */
public record Section(String name, String title, Relevance relevance, List<Key<?>> keys) {

    public Section {
        keys = List.copyOf(keys);
    }

    /** Begins a section. */
    public static Builder of(String name, String title) {
        return new Builder(name, title);
    }

    /** Collects the keys of a section as they are declared. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final String title;
        private final List<Key<?>> keys = new ArrayList<>();
        private Relevance relevance = Relevance.ALWAYS;

        private Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** When any of the keys has an effect, in words and as a test. */
        public Builder onlyWith(String condition, Predicate<Values> test) {
            this.relevance = new Relevance(condition, test);
            return this;
        }

        /** Begins the declaration of a key. */
        public <T> KeyBuilder<T> key(String lastPart, ValueType<T> type) {
            return new KeyBuilder<>(this, lastPart, type);
        }

        /** Begins the declaration of a key that is a setting of an options type, with its name, text and range. */
        public <T> KeyBuilder<T> key(Setting<T> setting) {
            return key(setting.name(), setting);
        }

        /** The same where the key has a name of its own. */
        public <T> KeyBuilder<T> key(String lastPart, Setting<T> setting) {
            return new KeyBuilder<>(this, lastPart, ValueTypes.of(setting), setting);
        }

        /** The same where the values have a form of their own in files. */
        public <T> KeyBuilder<T> key(String lastPart, ValueType<T> type, Setting<T> setting) {
            return new KeyBuilder<>(this, lastPart, type, setting);
        }

        /** The section with every key that was declared. */
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
