package org.rpt4j.core.train;

import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;

/**
 * The largest difference between the log-probability under which a token was sampled and the one that the forward pass
 * of training computes for it with the same weights. The two must agree, or the ratio of the objective is wrong.
 *
 * @param groupId group of the token with the largest difference
 * @param member its rollout
 * @param position its index in the completion
 * @param sampled the sampler's log-probability, nats
 * @param trained the trainer's log-probability, nats
 */
record LogProbGap(long groupId, int member, int position, double sampled, double trained) {

    /**
     * When a gap is too large.
     *
     * @param policyVersion the present version of the weights; rollouts of an older one differ rightly
     * @param limit most nats
     */
    record Gate(long policyVersion, double limit) {}

    /** The largest gap of a micro-batch, over the rollouts of one version of the weights. */
    static LogProbGap of(MicroBatch batch, TokenValues logProbs, long policyVersion) {
        LogProbGap largest = new LogProbGap(-1, -1, -1, 0, 0);
        int token = 0;
        for (LearningGroup group : batch.groups()) {
            for (LearningGroup.Member member : group.members()) {
                double[] sampled = member.rollout().logProbs();
                if (member.rollout().policyVersion() != policyVersion) {
                    token += sampled.length;
                    continue;
                }
                for (int t = 0; t < sampled.length; t++, token++) {
                    LogProbGap gap = new LogProbGap(
                            group.prompt().id(), member.rollout().member(), t, sampled[t], logProbs.values()[token]);
                    largest = max(largest, gap);
                }
            }
        }
        return largest;
    }

    /** The larger of two. A gap that is not a number is larger than any. */
    static LogProbGap max(LogProbGap a, LogProbGap b) {
        return b.nats() <= a.nats() || Double.isNaN(a.nats()) ? a : b;
    }

    /** The difference in nats, not negative. */
    public double nats() {
        return Math.abs(sampled - trained);
    }

    /** Refuses a gap above the limit. */
    void requireWithin(double limit) {
        if (!(nats() <= limit)) {
            throw new NumericalException("Sampler and trainer disagree: token " + position + " of rollout " + member
                    + " of group " + groupId + " was sampled with log-probability " + sampled
                    + ", the forward pass of training gives " + trained + "; the gap of " + nats()
                    + " nats exceeds logProbGapLimit " + limit
                    + ". Raise the limit if the precision explains it (about 0.05 for bfloat16); otherwise the backend"
                    + " samples and trains with different weights, temperatures or masks.");
        }
    }
}
