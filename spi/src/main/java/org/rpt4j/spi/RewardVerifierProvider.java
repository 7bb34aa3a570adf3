package org.rpt4j.spi;

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
     * Whether the reward judges the thought of a rollout and nothing after it. Rollouts then end with their thought, and
     * hold no prediction. A reward judges predictions unless a provider says otherwise.
     */
    default boolean judgesThoughtAlone() {
        return false;
    }

    /**
     * A verifier, ready to use. One that is {@link AutoCloseable} stays the caller's to close.
     *
     * @throws IllegalArgumentException if an option of the context is wrong
     */
    RewardVerifier create(RewardVerifierContext context);
}
