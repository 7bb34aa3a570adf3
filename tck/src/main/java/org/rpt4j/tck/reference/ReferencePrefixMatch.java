package org.rpt4j.tck.reference;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;

/**
 * The reward of Eq. 3 of the paper, byte by byte: 1 if the prediction is a prefix of the continuation that ends at a
 * token boundary, else 0. Thread-safe.
 */
public final class ReferencePrefixMatch implements RewardVerifier {

    /** Creates the verifier, which has no settings. */
    public ReferencePrefixMatch() {}

    @Override
    public Verdict verify(Attempt attempt) {
        Prediction prediction = attempt.prediction();
        if (prediction instanceof Prediction.Missing missing) {
            return new Verdict.Scored(0, RewardReason.of(missing.reason()));
        }
        byte[] content = ((Prediction.Boxed) prediction).content();
        RewardReason reason = judge(content, attempt.task().truth());
        return new Verdict.Scored(reason.equals(RewardReason.HIT) ? 1 : 0, reason);
    }

    private static RewardReason judge(byte[] content, GroundTruth truth) {
        if (content.length == 0) {
            return RewardReason.EMPTY;
        }
        if (content.length > truth.bytes().length) {
            return RewardReason.NOT_PREFIX;
        }
        for (int i = 0; i < content.length; i++) {
            if (content[i] != truth.bytes()[i]) {
                return RewardReason.NOT_PREFIX;
            }
        }
        for (int boundary : truth.boundaries()) {
            if (boundary == content.length) {
                return RewardReason.HIT;
            }
        }
        return RewardReason.OFF_BOUNDARY;
    }
}
