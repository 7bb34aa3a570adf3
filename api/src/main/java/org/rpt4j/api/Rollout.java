package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One sampled completion of T tokens. Immutable by convention: the arrays are not copied, so do not modify them.
 *
 * @since 0.1.0
 */
public final class Rollout {

    private final int member;
    private final int[] tokens;
    private final double[] logProbs;
    private final FinishReason finish;
    private final long policyVersion;

    /**
     * Wraps the arrays without copying them.
     *
     * @param member index within its group, 0..G-1
     * @param tokens sampled token ids, [T], including a stop token
     * @param logProbs log-probability of each token under the distribution it was sampled from, in nats, [T]
     * @param finish why the rollout ended
     * @param policyVersion version of the weights that sampled it
     * @throws IllegalArgumentException if there is not one log-probability per token
     */
    public Rollout(int member, int[] tokens, double[] logProbs, FinishReason finish, long policyVersion) {
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(logProbs, "logProbs");
        Objects.requireNonNull(finish, "finish");
        if (tokens.length != logProbs.length) {
            throw new IllegalArgumentException(
                    "rollout has " + tokens.length + " tokens but " + logProbs.length + " log-probabilities");
        }
        this.member = member;
        this.tokens = tokens;
        this.logProbs = logProbs;
        this.finish = finish;
        this.policyVersion = policyVersion;
    }

    /** Index within its group, 0..G-1. */
    public int member() {
        return member;
    }

    /** Sampled token ids, [T], including a stop token. */
    public int[] tokens() {
        return tokens;
    }

    /** Log-probability of each token under the distribution it was sampled from, in nats, [T]. */
    public double[] logProbs() {
        return logProbs;
    }

    /** Why the rollout ended. */
    public FinishReason finish() {
        return finish;
    }

    /** Version of the weights that sampled it. */
    public long policyVersion() {
        return policyVersion;
    }

    /** Number of sampled tokens. */
    public int length() {
        return tokens.length;
    }

    /** Whether the completion was cut off before its end. */
    public boolean truncated() {
        return finish == FinishReason.LENGTH;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rollout that
                && member == that.member
                && finish == that.finish
                && policyVersion == that.policyVersion
                && Arrays.equals(tokens, that.tokens)
                && Arrays.equals(logProbs, that.logProbs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(member, Arrays.hashCode(tokens), Arrays.hashCode(logProbs), finish, policyVersion);
    }

    @Override
    public String toString() {
        return "Rollout[member " + member + ", " + tokens.length + " tokens, " + finish + ", policy version "
                + policyVersion + "]";
    }
}
