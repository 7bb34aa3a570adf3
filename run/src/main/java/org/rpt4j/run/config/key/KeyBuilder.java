package org.rpt4j.run.config.key;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * A key that is being declared; one of the last five methods ends the declaration. Not thread-safe.
 *
 * @param <T> type of the values
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

    /** Has a part in a setting of an options type, which has another form there. */
    public KeyBuilder<T> partOf(Setting<?> whole) {
        this.settings.add(whole);
        return this;
    }

    /** Allows only a part of the range that the setting has. */
    public KeyBuilder<T> within(Range range) {
        this.type = ValueTypes.within(range, type);
        return this;
    }

    /** What it decides: whole sentences. */
    public KeyBuilder<T> says(String sentences) {
        this.description = sentences;
        return this;
    }

    /** The unit of the value. */
    public KeyBuilder<T> in(String newUnit) {
        this.unit = newUnit;
        return this;
    }

    /** Where the setting or its default was published. */
    public KeyBuilder<T> after(String newCitation) {
        this.citation = newCitation;
        return this;
    }

    /** When it has an effect, in words and as a test. */
    public KeyBuilder<T> onlyWith(String condition, Predicate<Values> test) {
        this.relevance = new Relevance(condition, test);
        return this;
    }

    /**
     * Has the default of its setting unless a value is given.
     *
     * @throws IllegalStateException if the key has no setting, or the setting has no default
     */
    public Key<T> asDeclared() {
        if (setting == null) {
            throw new IllegalStateException(name + " has no setting that could have a default");
        }
        return or(setting.byDefault());
    }

    /** Has this value unless one is given. */
    public Key<T> or(T value) {
        return end(new Default.Fixed<>(value));
    }

    /** Has the value of another key unless one is given. */
    public Key<T> orFrom(Key<T> from) {
        return orFrom(from, "", values -> values.get(from));
    }

    /** Follows from another key, as the words say, unless a value is given. */
    public Key<T> orFrom(Key<?> from, String rule, Function<Values, T> value) {
        return end(new Default.Derived<>(from, rule, value));
    }

    /** May be left out; the words say what happens then. */
    public Key<T> orNothing(String meaning) {
        return end(new Default.Absent<>(meaning));
    }

    /** Has to be given. */
    public Key<T> required() {
        return end(new Default.Required<>());
    }

    private Key<T> end(Default<T> byDefault) {
        KeyText text = new KeyText(description, unit, citation);
        return section.add(new Key<>(section.prefix() + name, type, byDefault, text, relevance, settings));
    }
}
