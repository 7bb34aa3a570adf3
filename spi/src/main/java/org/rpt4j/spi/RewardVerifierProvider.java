package org.rpt4j.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.GroundTruth;
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
     * Why the reward cannot read the true answer of a task, so that it would abstain on most attempts at it; empty if it
     * can, which is so for any answer unless a provider says otherwise. A run asks about all its questions before it
     * opens a model.
     *
     * @param truth the truth of a task
     * @param given options of the reward by name, as they passed {@link #checkOptions}
     * @return the reason as a few words, such as {@code unknown-notation}
     */
    default Optional<String> unreadable(GroundTruth truth, Map<String, String> given) {
        return Optional.empty();
    }

    /**
     * A verifier, ready to use. One that is {@link AutoCloseable} is closed by whoever asked for it, after its last use.
     *
     * @throws IllegalArgumentException if an option of the context is wrong
     */
    RewardVerifier create(RewardVerifierContext context);
}
