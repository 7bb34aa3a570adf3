package org.rpt4j.run.config.key;

import java.util.Optional;

/**
 * The values of the keys, from all sources.
 *
 * @since 0.1.0
 */
public interface Values {

    /**
     * Returns the value of a key: explicit, or its default.
     *
     * @throws IllegalArgumentException if the key has neither
     */
    default <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalArgumentException("no value for " + key.name()));
    }

    /** Returns the value of a key; empty if it has neither a value nor a default. */
    <T> Optional<T> find(Key<T> key);

    /** Returns whether a value was given explicitly. */
    boolean isGiven(Key<?> key);
}
