package org.rpt4j.core.train;

import java.util.Arrays;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;

/**
 * The difference between the log-probability with which a token was sampled and the one that the training forward pass
 * computes for it with the same weights. The two must agree, or the importance ratio is wrong.
 *
 * <p>Rounding makes the difference of a few tokens much larger than that of all others, most of all in bfloat16, where
 * it feeds on itself through the cached keys and values. So the gap of a micro-batch is that of 99 of 100 of its
 * tokens, or a tenth of the largest, whichever is larger. A wrong weight, temperature or mask moves more tokens than
 * one in a hundred, or one by far.
 *
 * @param groupId id of the group of the token with the largest difference
 * @param member member index of its rollout
 * @param position its index in the completion
 * @param sampled the sampler's log-probability, nats
 * @param trained the trainer's log-probability, nats
 * @param nats the gap of the micro-batch; NaN if any difference is
 */
record LogProbGap(long groupId, int member, int position, double sampled, double trained, double nats) {

    /** One in so many tokens may differ by more than the limit. */
    private static final int EXCEPTION = 100;

    /** Such a token may differ by so many times the limit. */
    private static final double EXCESS = 10;

    /**
     * The limit of the gap.
     *
     * @param policyVersion current version of the weights; rollouts from an older version may differ
     * @param limit maximum gap in nats
     */
    record Gate(long policyVersion, double limit) {}

    /** The gap of a micro-batch, over the rollouts from one version of the weights. */
    static LogProbGap of(MicroBatch batch, TokenValues logProbs, long policyVersion) {
        double[] gaps = new double[logProbs.size()];
        int count = 0;
        int token = 0;
        LogProbGap largest = new LogProbGap(-1, -1, -1, 0, 0, 0);
        for (LearningGroup group : batch.groups()) {
            for (LearningGroup.Member member : group.members()) {
                double[] sampled = member.rollout().logProbs();
                if (member.rollout().policyVersion() != policyVersion) {
                    token += sampled.length;
                    continue;
                }
                for (int t = 0; t < sampled.length; t++, token++) {
                    double trained = logProbs.values()[token];
                    double gap = Math.abs(sampled[t] - trained);
                    gaps[count++] = gap;
                    if (Double.compare(gap, largest.nats) > 0) {
                        int index = member.rollout().member();
                        largest = new LogProbGap(group.prompt().id(), index, t, sampled[t], trained, gap);
                    }
                }
            }
        }
        return largest.among(Arrays.copyOf(gaps, count));
    }

    /** The same token, with the gap of all tokens. NaN is larger than any number. */
    private LogProbGap among(double[] gaps) {
        Arrays.sort(gaps);
        double ofMost = gaps.length == 0 ? 0 : gaps[gaps.length - 1 - gaps.length / EXCEPTION];
        return new LogProbGap(groupId, member, position, sampled, trained, Math.max(ofMost, nats / EXCESS));
    }

    /** Checks that the gap is within the limit. */
    void requireWithin(double limit) {
        if (!(nats <= limit)) {
            throw new NumericalException("Sampler and trainer disagree: token " + position + " of rollout " + member
                    + " of group " + groupId + " was sampled with log-probability " + sampled
                    + ", the training forward pass gives " + trained + ". The gap of " + nats + " nats, which 99 of "
                    + EXCEPTION + " tokens keep and none exceeds tenfold, is above log-prob-gap-limit " + limit
                    + ". Raise the limit if the precision explains the gap (about 0.1 for bfloat16); otherwise the "
                    + "backend samples and trains with different weights, temperatures or masks.");
        }
    }
}
