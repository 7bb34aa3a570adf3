package org.rpt4j.run.config;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.directory.RecordedSetting;

/** Explicitly given values, falling back to the defaults. */
final class GivenValues implements Values {

    /**
     * A value.
     *
     * @param value has the type of its key
     * @param origin where it was given
     */
    record One(Object value, String origin) {}

    private final Map<Key<?>, One> given;

    GivenValues(Map<Key<?>, One> given) {
        this.given = Map.copyOf(given);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Optional<T> find(Key<T> key) {
        @Nullable One one = given.get(key);
        return one == null ? key.defaultValue(this) : Optional.of((T) one.value());
    }

    @Override
    public boolean isGiven(Key<?> key) {
        return given.containsKey(key);
    }

    /** Returns a value together with its origin; empty if the key has no value. */
    <T> Optional<RecordedSetting> recorded(Key<T> key) {
        return text(key).map(value -> {
            @Nullable One one = given.get(key);
            if (one != null) {
                return RecordedSetting.given(key.name(), value, one.origin());
            }
            return key.byDefault() instanceof Default.Derived<?> derived
                    ? RecordedSetting.derived(key.name(), value, derived.from().name())
                    : RecordedSetting.byDefault(key.name(), value);
        });
    }

    private <T> Optional<String> text(Key<T> key) {
        return find(key).map(key.type()::format);
    }

    /** Formats as {@code key = value (source)}. */
    String describe(Key<?> key) {
        return recorded(key)
                .map(setting -> key.name() + " = " + setting.value() + " (" + setting.origin() + ")")
                .orElse(key.name() + " (not given)");
    }
}
