package org.rpt4j.run.config.key;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A key that is being declared; one of the last four methods ends the declaration. Not thread-safe.
 *
 * @param <T> type of the values
 */
public final class KeyBuilder<T> {

    private final Section.Builder section;
    private final String name;
    private final ValueType<T> type;
    private String description = "";
    private String unit = "";
    private String citation = "";
    private Relevance relevance = Relevance.ALWAYS;

    KeyBuilder(Section.Builder section, String name, ValueType<T> type) {
        this.section = section;
        this.name = name;
        this.type = type;
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

    /** Has this value unless one is given. */
    public Key<T> or(T value) {
        return end(new Default.Fixed<>(value));
    }

    /** Follows from other keys unless a value is given. */
    public Key<T> orFrom(String rule, Function<Values, T> value) {
        return end(new Default.Derived<>(rule, value));
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
        return section.add(new Key<>(
                section.prefix() + name, type, byDefault, new KeyText(description, unit, citation), relevance));
    }
}
