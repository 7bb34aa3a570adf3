package org.rpt4j.api.setting;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One setting of an options type, declared once: its name, allowed values, default and meaning. Immutable and
 * thread-safe; equal by identity.
 *
 * @param <T> type of its values
 * @since 0.1.0
 */
public final class Setting<T> {

    private final String name;
    private final String property;
    private final Allowed<T> allowed;
    private final @Nullable T defaultValue;
    private final String description;
    private final String unit;
    private final String citation;

    private Setting(Declaration<T> declaration, @Nullable T defaultValue) {
        this.name = declaration.name;
        this.property = camelCase(name);
        this.allowed = declaration.allowed;
        this.defaultValue = defaultValue == null ? null : check(defaultValue);
        this.description = declaration.description;
        this.unit = declaration.unit;
        this.citation = declaration.citation;
    }

    /** Declares a whole number of type {@code int} in a range. */
    public static Declaration<Integer> whole(String name, Range range) {
        return new Declaration<>(name, Allowed.in(Integer.class, range));
    }

    /** Declares a whole number of type {@code long} in a range. */
    public static Declaration<Long> wholeLong(String name, Range range) {
        return new Declaration<>(name, Allowed.in(Long.class, range));
    }

    /** Declares a number in a range. */
    public static Declaration<Double> real(String name, Range range) {
        return new Declaration<>(name, Allowed.in(Double.class, range));
    }

    /** Declares a setting that allows every value of a type. */
    public static <T> Declaration<T> of(String name, Class<? super T> type) {
        return new Declaration<>(name, Allowed.any(type));
    }

    /** The name in files and manuals, such as {@code group-size}. */
    public String name() {
        return name;
    }

    /** The name in code and in its error messages, such as {@code groupSize}. */
    public String property() {
        return property;
    }

    /** The class of its values. */
    public Class<? super T> type() {
        return allowed.type();
    }

    /** The range of a number; empty if any number is allowed, and for other types. */
    public Optional<Range> range() {
        return Optional.ofNullable(allowed.range());
    }

    /** Which values are allowed, such as {@code at least 1}; empty for all values of the type. */
    public String allowed() {
        return allowed.words();
    }

    /** The default value; empty if a value is required, or if none is needed. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /**
     * The default value.
     *
     * @throws IllegalStateException if the setting has no default
     */
    public T byDefault() {
        return defaultValue().orElseThrow(() -> new IllegalStateException(property + " has no default"));
    }

    /** What the setting controls, in whole sentences. */
    public String description() {
        return description;
    }

    /** The unit of the value, such as {@code tokens}; empty for none. */
    public String unit() {
        return unit;
    }

    /** Where the setting or its default was published; empty for this library's own choices. */
    public String citation() {
        return citation;
    }

    /** Whether a value is allowed. */
    public boolean allows(T value) {
        return allowed.test().test(value);
    }

    /**
     * Returns the value if it is allowed.
     *
     * @throws IllegalArgumentException if it is not allowed: {@code groupSize is 0, must be at least 1}
     */
    public T check(T value) {
        Objects.requireNonNull(value, property);
        if (!allows(value)) {
            throw new IllegalArgumentException(is(value).describe() + ", must be " + allowed.words() + finite(value));
        }
        return value;
    }

    /** Pairs the setting with a value. */
    public Assigned is(@Nullable T value) {
        return new Assigned(this, value);
    }

    @Override
    public String toString() {
        return name;
    }

    private String finite(T value) {
        return value instanceof Double number
                        && number.isInfinite()
                        && !allowed.words().contains("infinity")
                ? " and finite"
                : "";
    }

    private static String camelCase(String kebabCase) {
        StringBuilder camel = new StringBuilder();
        for (String word : kebabCase.split("-")) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    /**
     * A declaration in progress; {@link #or} or {@link #orNone} completes it. Not thread-safe.
     *
     * @param <T> type of the values
     */
    public static final class Declaration<T> {

        private final String name;
        private Allowed<T> allowed;
        private String description = "";
        private String unit = "";
        private String citation = "";

        private Declaration(String name, Allowed<T> allowed) {
            this.name = name;
            this.allowed = allowed;
        }

        /** Allows only some values; the words complete the message {@code must be ...}. */
        public Declaration<T> mustBe(String words, Predicate<T> test) {
            this.allowed = allowed.only(words, test);
            return this;
        }

        /** What the setting controls, in whole sentences. */
        public Declaration<T> says(String sentences) {
            this.description = sentences;
            return this;
        }

        /** The unit of the value. */
        public Declaration<T> in(String newUnit) {
            this.unit = newUnit;
            return this;
        }

        /** Where the setting or its default was published. */
        public Declaration<T> after(String newCitation) {
            this.citation = newCitation;
            return this;
        }

        /** Completes the declaration with a default value. */
        public Setting<T> or(T value) {
            return new Setting<>(this, value);
        }

        /** Completes the declaration without a default value. */
        public Setting<T> orNone() {
            return new Setting<>(this, null);
        }
    }
}
