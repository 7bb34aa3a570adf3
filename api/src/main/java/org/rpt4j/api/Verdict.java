package org.rpt4j.api;

/** What a verifier says about an attempt. */
public sealed interface Verdict {

    /**
     * A reward.
     *
     * @param reward a finite number
     * @param reason why
     */
    record Scored(double reward, RewardReason reason) implements Verdict {

        public Scored {
            if (!Double.isFinite(reward)) {
                throw new IllegalArgumentException("reward is " + reward + ", must be finite");
            }
        }
    }

    /**
     * No judgement was possible. The attempt is counted and left out of its group; it is never a reward of 0.
     *
     * @param cause why, for logs and reports
     */
    record Abstained(String cause) implements Verdict {}
}
