package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;

/**
 * A rule across several options types, or one that involves something outside of them.
 *
 * @param keys the keys involved
 * @param reason why their values conflict and what to do; empty if they are compatible
 * @since 0.1.0
 */
public record Contradiction(List<Key<?>> keys, Function<Values, Optional<String>> reason) {

    static Contradiction of(List<Key<?>> keys, Predicate<Values> holds, String reason) {
        return new Contradiction(keys, values -> holds.test(values) ? Optional.of(reason) : Optional.empty());
    }

    /** Returns why some values are rejected; empty if they are compatible. */
    Optional<Refusal> refusal(Values values) {
        return reason.apply(values).map(words -> new Refusal(keys, words));
    }
}
