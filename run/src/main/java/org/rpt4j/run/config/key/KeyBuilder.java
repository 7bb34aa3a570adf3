package org.rpt4j.run.config.key;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Declares a key; one of the last five methods completes the declaration. Not thread-safe.
 *
 * @param <T> type of the values
 * @since 0.1.0
 */
public final class KeyBuilder<T> {

    private final Section.Builder section;
    private final String name;
    private final @Nullable Setting<T> setting;
    private final List<Setting<?>> settings = new ArrayList<>();
    private ValueType<T> type;
    private String description = "";
    private String unit = "";
    private String citation = "";
    private Relevance relevance = Relevance.ALWAYS;

    KeyBuilder(Section.Builder section, String name, ValueType<T> type) {
        this.section = section;
        this.name = name;
        this.type = type;
        this.setting = null;
    }

    KeyBuilder(Section.Builder section, String name, ValueType<T> type, Setting<T> setting) {
        this.section = section;
        this.name = name;
        this.type = type;
        this.setting = setting;
        this.settings.add(setting);
        this.description = setting.description();
        this.unit = setting.unit();
        this.citation = setting.citation();
    }

    /** The key contributes to a setting of an options type that has a different form there. */
    public KeyBuilder<T> partOf(Setting<?> whole) {
        this.settings.add(whole);
        return this;
    }

    /** Restricts the range of the setting. */
    public KeyBuilder<T> within(Range range) {
        this.type = ValueTypes.within(range, type);
        return this;
    }

    /** The description, in whole sentences. */
    public KeyBuilder<T> says(String sentences) {
        this.description = sentences;
        return this;
    }

    /** The unit of the value. */
    public KeyBuilder<T> in(String newUnit) {
        this.unit = newUnit;
        return this;
    }

    /** The publication of the setting or of its default. */
    public KeyBuilder<T> after(String newCitation) {
        this.citation = newCitation;
        return this;
    }

    /** When the key takes effect, in words and as a predicate. */
    public KeyBuilder<T> onlyWith(String condition, Predicate<Values> test) {
        this.relevance = new Relevance(condition, test);
        return this;
    }

    /**
     * Completes the key with the default of its setting.
     *
     * @throws IllegalStateException if the key has no setting, or the setting has no default
     */
    public Key<T> asDeclared() {
        if (setting == null) {
            throw new IllegalStateException(name + " has no setting to take a default from");
        }
        return or(setting.byDefault());
    }

    /** Completes the key with a constant default. */
    public Key<T> or(T value) {
        return end(new Default.Fixed<>(value));
    }

    /** Completes the key with the value of another key as its default. */
    public Key<T> orFrom(Key<T> from) {
        return orFrom(from, "", values -> values.get(from));
    }

    /** Completes the key with a default derived from another key, as described. */
    public Key<T> orFrom(Key<?> from, String rule, Function<Values, T> value) {
        return end(new Default.Derived<>(from, rule, value));
    }

    /** Completes an optional key; the text says what happens without a value. */
    public Key<T> orNothing(String meaning) {
        return end(new Default.Absent<>(meaning));
    }

    /** Completes a required key. */
    public Key<T> required() {
        return end(new Default.Required<>());
    }

    private Key<T> end(Default<T> byDefault) {
        KeyText text = new KeyText(description, unit, citation);
        return section.add(new Key<>(section.prefix() + name, type, byDefault, text, relevance, settings));
    }
}
