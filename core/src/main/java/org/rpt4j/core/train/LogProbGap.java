package org.rpt4j.core.train;

import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;

/**
 * The largest difference between the log-probability with which a token was sampled and the one that the training
 * forward pass computes for it with the same weights. The two must agree, or the importance ratio is wrong.
 *
 * @param groupId id of the group of the token with the largest difference
 * @param member member index of its rollout
 * @param position its index in the completion
 * @param sampled the sampler's log-probability, nats
 * @param trained the trainer's log-probability, nats
 */
record LogProbGap(long groupId, int member, int position, double sampled, double trained) {

    /**
     * The limit of the gap.
     *
     * @param policyVersion current version of the weights; rollouts from an older version may differ
     * @param limit maximum gap in nats
     */
    record Gate(long policyVersion, double limit) {}

    /** The largest gap in a micro-batch, over the rollouts from one version of the weights. */
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

    /** The larger of two gaps. NaN is larger than any number. */
    static LogProbGap max(LogProbGap a, LogProbGap b) {
        return b.nats() <= a.nats() || Double.isNaN(a.nats()) ? a : b;
    }

    /** The absolute difference in nats. */
    public double nats() {
        return Math.abs(sampled - trained);
    }

    /** Checks that the gap is within the limit. */
    void requireWithin(double limit) {
        if (!(nats() <= limit)) {
            throw new NumericalException("Sampler and trainer disagree: token " + position + " of rollout " + member
                    + " of group " + groupId + " was sampled with log-probability " + sampled
                    + ", the training forward pass gives " + trained + "; the gap of " + nats()
                    + " nats exceeds logProbGapLimit " + limit
                    + ". Raise the limit if the precision explains the gap (about 0.05 for bfloat16); otherwise the "
                    + "backend samples and trains with different weights, temperatures or masks.");
        }
    }
}
