package org.rpt4j.core.reward;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;

/**
 * The reward of the paper, Eq. 3: 1 if the prediction equals the first bytes of the continuation and ends where one of
 * its tokens ends, else 0. So a prediction may be several tokens long. A prediction longer than the known continuation
 * is not a prefix of it. Stateless.
 */
final class PrefixMatchVerifier implements RewardVerifier {

    /** A verifier. */
    public PrefixMatchVerifier() {}

    @Override
    public Verdict verify(Attempt attempt) {
        Prediction prediction = attempt.prediction();
        RewardReason reason = prediction instanceof Prediction.Boxed boxed
                ? judge(boxed.content(), attempt.task().truth())
                : RewardReason.of(((Prediction.Missing) prediction).reason());
        return new Verdict.Scored(reason.equals(RewardReason.HIT) ? 1 : 0, reason);
    }

    private static RewardReason judge(byte[] content, GroundTruth truth) {
        if (content.length == 0) {
            return RewardReason.EMPTY;
        }
        if (!Prefixes.isPrefix(content, truth.bytes())) {
            return RewardReason.NOT_PREFIX;
        }
        return truth.isBoundary(content.length) ? RewardReason.HIT : RewardReason.OFF_BOUNDARY;
    }
}
