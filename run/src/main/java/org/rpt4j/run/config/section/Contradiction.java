package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;

/**
 * Values, each possible by itself, that do not go together.
 *
 * @param keys the keys that have a part in it
 * @param reason why they do not go together and what to do; empty if they do
 */
public record Contradiction(List<Key<?>> keys, Function<Values, Optional<String>> reason) {

    static Contradiction of(List<Key<?>> keys, Predicate<Values> holds, String reason) {
        return new Contradiction(keys, values -> holds.test(values) ? Optional.of(reason) : Optional.empty());
    }

    /** Holds if making something from the values is refused. */
    static Contradiction whenRefused(List<Key<?>> keys, Function<Values, Object> making) {
        return new Contradiction(keys, values -> {
            try {
                making.apply(values);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        });
    }
}
