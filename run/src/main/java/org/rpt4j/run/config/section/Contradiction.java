package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;

/**
 * A rule between keys that no options type knows, because it joins several of them or something outside of them.
 *
 * @param keys the keys that have a part in it
 * @param reason why their values do not go together and what to do; empty if they do
 */
public record Contradiction(List<Key<?>> keys, Function<Values, Optional<String>> reason) {

    static Contradiction of(List<Key<?>> keys, Predicate<Values> holds, String reason) {
        return new Contradiction(keys, values -> holds.test(values) ? Optional.of(reason) : Optional.empty());
    }

    /** The refusal of some values; empty if they go together. */
    Optional<Refusal> refusal(Values values) {
        return reason.apply(values).map(words -> new Refusal(keys, words));
    }
}
