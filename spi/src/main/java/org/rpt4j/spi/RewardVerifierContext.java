package org.rpt4j.spi;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenCodec;

/**
 * What a provider gets when it makes a reward. Grows by default methods; providers never implement it. What the
 * application did not give throws {@link IllegalStateException} when it is asked for, so a reward asks for what it needs
 * and nothing else. Everything stays the application's and is open as long as the reward is used.
 *
 * @since 0.1.0
 */
public interface RewardVerifierContext {

    /** A context that has nothing; enough for rewards that judge a rollout by itself. */
    static RewardVerifierContext empty() {
        return builder().build();
    }

    /** A builder. */
    static RewardVerifierContextBuilder builder() {
        return new RewardVerifierContextBuilder();
    }

    /** The policy whose rollouts are judged, with the weights that it has at the time of the call. */
    Policy policy();

    /** The tokenizer of that policy. */
    TokenCodec tokenizer();

    /**
     * The prompt that the policy gets for a context: instruction and chat template around it.
     *
     * @param contextTokens ids of the tokens before the target, as a task carries them; left unchanged
     * @return token ids
     */
    int[] prompt(int[] contextTokens);

    /** The text that closes a thought, such as {@code </think>}. */
    default String thoughtEnd() {
        throw new IllegalStateException("the context has no thoughtEnd.");
    }

    /**
     * Where a reward may keep what it need not find out again when a run is resumed; it may not exist yet. Empty if nothing
     * is kept.
     */
    default Optional<Path> directory() {
        return Optional.empty();
    }

    /** Options of the reward by name, as the application gave them; empty if there are none. */
    Map<String, String> options();
}
