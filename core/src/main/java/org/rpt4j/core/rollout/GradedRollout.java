package org.rpt4j.core.rollout;

import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;

/**
 * A rollout with its prediction and verdict.
 *
 * @param rollout the sampled rollout
 * @param prediction the extracted prediction
 * @param verdict the verifier's verdict
 * @since 0.1.0
 */
public record GradedRollout(Rollout rollout, Prediction prediction, Verdict verdict) {

    /** Whether there is a reward. */
    public boolean isScored() {
        return verdict instanceof Verdict.Scored;
    }

    /** Whether the prediction was judged right: a reward with the reason {@link RewardReason#HIT}. */
    public boolean isHit() {
        return verdict instanceof Verdict.Scored scored && scored.reason().equals(RewardReason.HIT);
    }

    /**
     * How far it counts as right, 0 to 1, whatever numbers the rewards are: 1 for a hit and 0 for any other constant
     * reason; for a custom reason, or none, the reward cut to this range. Only for a rollout with a reward.
     */
    public double pass() {
        RewardReason reason = score().reason();
        boolean named = reason.isConstant() && !reason.equals(RewardReason.CUSTOM);
        return named ? (isHit() ? 1 : 0) : Math.max(0, Math.min(1, score().reward()));
    }

    GradedRollout withVersionPlus(long offset) {
        Rollout moved = new Rollout(
                rollout.member(),
                rollout.tokens(),
                rollout.logProbs(),
                rollout.finish(),
                rollout.policyVersion() + offset);
        return new GradedRollout(moved, prediction, verdict);
    }

    /** The reward with its reason; only for a rollout with a reward. */
    public Verdict.Scored score() {
        if (verdict instanceof Verdict.Scored scored) {
            return scored;
        }
        throw new IllegalStateException("rollout " + rollout.member() + " has no reward: " + verdict);
    }
}
