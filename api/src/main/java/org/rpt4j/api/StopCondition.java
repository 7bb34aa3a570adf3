package org.rpt4j.api;

/**
 * Decides, token by token, when a rollout is complete: for instance at the first closed box after the thought, because
 * the reward is then decided. Thread-safe; its scanners are not.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StopCondition {

    /** Never stops; rollouts end at a stop token or at the length limit. */
    StopCondition NEVER = () -> token -> false;

    /** A scanner for one new rollout. */
    Scanner newScanner();

    /** Reads the tokens of one rollout in order. */
    @FunctionalInterface
    interface Scanner {
        /** Reads the next token and returns whether the rollout ends with it. */
        boolean endsWith(int token);
    }
}
