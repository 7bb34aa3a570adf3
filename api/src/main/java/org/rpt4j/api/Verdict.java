package org.rpt4j.api;

/**
 * A verifier's judgement of an attempt.
 *
 * @since 0.1.0
 */
public sealed interface Verdict {

    /**
     * A reward.
     *
     * @param reward a finite number
     * @param reason why the attempt got this reward
     */
    record Scored(double reward, RewardReason reason) implements Verdict {

        public Scored {
            if (!Double.isFinite(reward)) {
                throw new IllegalArgumentException("reward is " + reward + ", must be finite");
            }
        }
    }

    /**
     * No judgement was possible. The attempt counts as an abstention and is left out of its group; it never gets a
     * reward of 0.
     *
     * @param cause why, for logs and reports
     */
    record Abstained(String cause) implements Verdict {}
}
