package org.rpt4j.api;

/**
 * One sampled completion.
 *
 * @param member index within its group, 0..G-1
 * @param tokens sampled token ids, a stop token included; not copied
 * @param logProbs log-probability of each token under the distribution that it was sampled from; not copied
 * @param finish why the rollout ended
 * @param policyVersion version of the weights that sampled it
 */
public record Rollout(int member, int[] tokens, double[] logProbs, FinishReason finish, long policyVersion) {

    public Rollout {
        if (tokens.length != logProbs.length) {
            throw new IllegalArgumentException(
                    "rollout has " + tokens.length + " tokens but " + logProbs.length + " log-probabilities");
        }
    }

    /** Number of sampled tokens. */
    public int length() {
        return tokens.length;
    }

    /** Whether the completion was cut off before it was complete. */
    public boolean truncated() {
        return finish == FinishReason.LENGTH;
    }
}
