package org.rpt4j.core.reward;

import java.util.Arrays;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;

/**
 * A more lenient reward: 1 if the prediction starts with the true next token, whatever comes after it, else 0. Tokens
 * are compared by their bytes, so a longer word that starts with the same bytes counts. A prediction that ends inside
 * the token is {@link RewardReason#OFF_BOUNDARY}. Stateless.
 */
final class FirstTokenVerifier implements RewardVerifier {

    /** A verifier. */
    public FirstTokenVerifier() {}

    @Override
    public Verdict verify(Attempt attempt) {
        Prediction prediction = attempt.prediction();
        RewardReason reason = prediction instanceof Prediction.Boxed boxed
                ? judge(boxed.content(), firstToken(attempt.task().truth()))
                : RewardReason.of(((Prediction.Missing) prediction).reason());
        return new Verdict.Scored(reason.equals(RewardReason.HIT) ? 1 : 0, reason);
    }

    private static RewardReason judge(byte[] content, byte[] token) {
        if (content.length == 0) {
            return RewardReason.EMPTY;
        }
        if (Prefixes.isPrefix(token, content)) {
            return RewardReason.HIT;
        }
        return Prefixes.isPrefix(content, token) ? RewardReason.OFF_BOUNDARY : RewardReason.NOT_PREFIX;
    }

    private static byte[] firstToken(GroundTruth truth) {
        return Arrays.copyOf(truth.bytes(), truth.boundaries()[0]);
    }
}
