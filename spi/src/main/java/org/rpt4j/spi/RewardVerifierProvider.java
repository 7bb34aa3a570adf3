package org.rpt4j.spi;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.RewardVerifier;

/**
 * The ServiceLoader type of a reward.
 *
 * @since 0.1.0
 */
public non-sealed interface RewardVerifierProvider extends Provider {

    /** Everywhere, unless a provider says otherwise. */
    @Override
    default Availability availability() {
        return new Availability.Available("no requirements");
    }

    /**
     * Names of the options that the reward reads; none, unless a provider says otherwise. Any other option is refused by
     * name, and the message lists these in their order.
     */
    default List<String> options() {
        return List.of();
    }

    /**
     * Checks the values of options before anything is opened. Does nothing, unless a provider says otherwise: a wrong
     * value is then found when the reward is created.
     *
     * @param given by name; each name is one of {@link #options}, and any may be missing
     * @throws IllegalArgumentException if a value is wrong
     */
    default void checkOptions(Map<String, String> given) {}

    /**
     * A verifier, ready to use. One that is {@link AutoCloseable} stays the caller's to close.
     *
     * @throws IllegalArgumentException if an option of the context is wrong
     */
    RewardVerifier create(RewardVerifierContext context);
}
