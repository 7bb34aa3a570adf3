package org.rpt4j.core.reward;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;

/**
 * A reward for misses too: 1 if the prediction starts with the true next token, else the probability that the policy
 * itself, without a thought, assigns to the first token of the prediction. So of two wrong predictions the more
 * plausible one gets the higher reward. The probability is a constant: no gradient flows through it.
 *
 * <p>The reason is that of {@link FirstTokenVerifier}; only a correct first token is a HIT. Without a prediction, and
 * for content that does not start with a whole character, the reward is 0.
 *
 * <p>Verdicts depend on the weights of the policy at the time of judging. The attempts of one group are judged
 * together, with one call to the policy. Thread-safe if the {@link DirectPrediction} is.
 */
final class DenseVerifier implements RewardVerifier {

    private final RewardVerifier firstToken = new FirstTokenVerifier();
    private final TokenCodec tokenizer;
    private final DirectPrediction direct;
    private final DenseCondition condition;

    /**
     * Creates a verifier that asks {@code direct} for the probabilities of predictions in the tokens of
     * {@code tokenizer}.
     */
    public DenseVerifier(TokenCodec tokenizer, DirectPrediction direct, DenseCondition condition) {
        this.tokenizer = tokenizer;
        this.direct = direct;
        this.condition = condition;
    }

    /** Creates a verifier that queries the policy of a context. */
    static DenseVerifier of(RewardVerifierContext context, DenseCondition condition) {
        TokenCodec tokenizer = context.tokenizer();
        return new DenseVerifier(
                tokenizer, new PolicyDirectPrediction(context.policy(), tokenizer.beginOfText()), condition);
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return verifyGroup(List.of(attempt)).get(0);
    }

    @Override
    public List<Verdict> verifyGroup(List<Attempt> attempts) {
        List<Verdict> verdicts = new ArrayList<>(firstToken.verifyGroup(attempts));
        boolean dense = condition == DenseCondition.ALWAYS || verdicts.stream().anyMatch(DenseVerifier::isHit);
        if (dense && !attempts.isEmpty()) {
            rewardMisses(attempts, verdicts);
        }
        return verdicts;
    }

    private void rewardMisses(List<Attempt> attempts, List<Verdict> verdicts) {
        int[] first = attempts.stream()
                .mapToInt(attempt -> firstToken(attempt.prediction()).orElse(-1))
                .toArray();
        int[] asked = Arrays.stream(first)
                .filter(token -> token >= 0)
                .distinct()
                .sorted()
                .toArray();
        double[] probabilities = direct.probabilities(attempts.get(0).task().context(), asked);
        for (int i = 0; i < first.length; i++) {
            if (first[i] >= 0 && !isHit(verdicts.get(i))) {
                double probability = probabilities[Arrays.binarySearch(asked, first[i])];
                verdicts.set(i, new Verdict.Scored(probability, reason(verdicts.get(i))));
            }
        }
    }

    private static boolean isHit(Verdict verdict) {
        return reason(verdict).equals(RewardReason.HIT);
    }

    /** The reason of a first-token verdict, which never abstains. */
    private static RewardReason reason(Verdict verdict) {
        return ((Verdict.Scored) verdict).reason();
    }

    private OptionalInt firstToken(Prediction prediction) {
        if (!(prediction instanceof Prediction.Boxed boxed)) {
            return OptionalInt.empty();
        }
        return Arrays.stream(tokenizer.encodeContinuation(wholeCharacters(boxed.content())))
                .findFirst();
    }

    /** The text of the bytes before the first invalid character. */
    private static String wholeCharacters(byte[] content) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(content.length);
        // On an error, the text before it stays in the buffer.
        decoder.decode(ByteBuffer.wrap(content), text, true);
        return text.flip().toString();
    }
}
