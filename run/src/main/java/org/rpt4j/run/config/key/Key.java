package org.rpt4j.run.config.key;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rpt4j.api.setting.Setting;

/**
 * A key of the configuration: either a setting of an options type under its name in files, or something that only a
 * whole run has. Immutable and thread-safe; compared by identity.
 *
 * @param <T> type of its values
 * @since 0.1.0
 */
public final class Key<T> {

    private static final String PREFIX = "rpt4j";

    private final String name;
    private final ValueType<T> type;
    private final Default<T> byDefault;
    private final KeyText text;
    private final Relevance relevance;
    private final List<Setting<?>> settings;

    Key(
            String name,
            ValueType<T> type,
            Default<T> byDefault,
            KeyText text,
            Relevance relevance,
            List<Setting<?>> settings) {
        this.name = name;
        this.type = type;
        this.byDefault = byDefault;
        this.text = text;
        this.relevance = relevance;
        this.settings = List.copyOf(settings);
    }

    /** Returns the name in files, such as {@code corpus.text-fields}. */
    public String name() {
        return name;
    }

    /** Returns the name of the system property, such as {@code rpt4j.corpus.text-fields}. */
    public String systemProperty() {
        return PREFIX + "." + name;
    }

    /** Returns the name of the environment variable, such as {@code RPT4J_CORPUS_TEXT_FIELDS}. */
    public String environmentVariable() {
        return systemProperty().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    public ValueType<T> type() {
        return type;
    }

    public Default<T> byDefault() {
        return byDefault;
    }

    /** Returns the description, the unit and the citation. */
    public KeyText text() {
        return text;
    }

    /** Returns when the key takes effect. */
    public Relevance relevance() {
        return relevance;
    }

    /** Returns the settings of options types that this key determines or contributes to; may be empty. */
    public List<Setting<?>> settings() {
        return settings;
    }

    /** Returns the default value; empty if there is none. */
    public Optional<T> defaultValue(Values others) {
        if (byDefault instanceof Default.Fixed<T> fixed) {
            return Optional.of(fixed.value());
        }
        return byDefault instanceof Default.Derived<T> derived
                ? Optional.of(derived.value().apply(others))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
