package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.rpt4j.api.Attempt;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.Verdict;

/**
 * The reward of the paper, Eq. 3: 1 if the prediction equals the first bytes of the continuation and ends where one of
 * its tokens ends, else 0. So a prediction may be several tokens long. A prediction longer than the known continuation
 * is not a prefix of it. Where a task asks for the {@linkplain TruthMatch#WHOLE whole} truth, only that is right, apart
 * from white space, and a beginning of it is {@link RewardReason#OFF_BOUNDARY}. Stateless.
 */
final class PrefixMatchVerifier implements RewardVerifier {

    /** A verifier. */
    public PrefixMatchVerifier() {}

    @Override
    public Verdict verify(Attempt attempt) {
        Prediction prediction = attempt.prediction();
        RewardReason reason = prediction instanceof Prediction.Boxed boxed
                ? judge(boxed.content(), attempt.task())
                : RewardReason.of(((Prediction.Missing) prediction).reason());
        return new Verdict.Scored(reason.equals(RewardReason.HIT) ? 1 : 0, reason);
    }

    private static RewardReason judge(byte[] content, PredictionTask task) {
        GroundTruth truth = task.truth();
        if (task.match() == TruthMatch.WHOLE) {
            return judgeWhole(words(content), words(truth.bytes()));
        }
        if (content.length == 0) {
            return RewardReason.EMPTY;
        }
        if (!Prefixes.isPrefix(content, truth.bytes())) {
            return RewardReason.NOT_PREFIX;
        }
        return truth.isBoundary(content.length) ? RewardReason.HIT : RewardReason.OFF_BOUNDARY;
    }

    private static RewardReason judgeWhole(String content, String truth) {
        if (content.isEmpty()) {
            return RewardReason.EMPTY;
        }
        if (content.equals(truth)) {
            return RewardReason.HIT;
        }
        return truth.startsWith(content) ? RewardReason.OFF_BOUNDARY : RewardReason.NOT_PREFIX;
    }

    /** The bytes, one character each, with one space for any white space between words and none around them. */
    private static String words(byte[] text) {
        return new String(text, ISO_8859_1)
                .replaceAll("[ \\t\\n\\x0B\\f\\r]+", " ")
                .trim();
    }
}
