package org.rpt4j.run.config.key;

import java.util.Optional;

/** The values of keys, wherever they came from. */
public interface Values {

    /**
     * The value of a key that has one: given, or by default.
     *
     * @throws IllegalArgumentException if the key has neither
     */
    default <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalArgumentException("there is no value for " + key.name()));
    }

    /** The value of a key; empty if none was given and there is no default. */
    <T> Optional<T> find(Key<T> key);

    /** Whether a value was given, so that the default does not apply. */
    boolean isGiven(Key<?> key);
}
