package org.rpt4j.samples.examples;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;
import org.rpt4j.spi.RewardVerifiers;

/**
 * A custom reward: 1 for the correct next token, 0.5 if only the case is wrong. A verifier must be deterministic and
 * thread-safe; if it cannot decide, it abstains, which differs from a reward of 0.
 */
public final class CustomReward implements RewardVerifier {

    /** Recorded and counted like the built-in reasons: as {@code reason/wrong-case} among the metrics of a run. */
    private static final RewardReason WRONG_CASE = RewardReason.of("wrong-case");

    /**
     * Registers the reward by name, for code and for the command line ({@code --reward.name ignore-case}). The name of this
     * class is listed in {@code META-INF/services/org.rpt4j.spi.RewardVerifierProvider}.
     */
    public static final class Provider implements RewardVerifierProvider {

        @Override
        public String name() {
            return "ignore-case";
        }

        @Override
        public int apiVersion() {
            return API_VERSION;
        }

        /** This reward needs no policy, tokenizer or option from the context. */
        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new CustomReward();
        }
    }

    /** Verifies three predictions of the word " Paris". */
    public static void main(String[] arguments) {
        byte[] truth = " Paris".getBytes(StandardCharsets.UTF_8);
        PredictionTask task = new PredictionTask(
                1, "geography", 7, new int[] {1, 2, 3}, 4, new GroundTruth(truth, new int[] {truth.length}), 1.9);
        Rollout rollout = new Rollout(0, new int[] {5}, new double[] {-0.1}, FinishReason.STOP_CONDITION, 0);
        Prompt prompt = new Prompt(task.id(), new int[] {9, 1, 2, 3});
        RewardVerifier reward = RewardVerifiers.create("ignore-case");
        for (String box : new String[] {" Paris", " paris", " Rome"}) {
            Prediction prediction = new Prediction.Boxed(box.getBytes(StandardCharsets.UTF_8));
            System.out.println("\"" + box + "\": " + reward.verify(new Attempt(task, prompt, rollout, prediction)));
        }
    }

    @Override
    public Verdict verify(Attempt attempt) {
        if (attempt.prediction() instanceof Prediction.Missing missing) {
            return new Verdict.Scored(0, RewardReason.of(missing.reason()));
        }
        byte[] predicted = ((Prediction.Boxed) attempt.prediction()).content();
        GroundTruth truth = attempt.task().truth();
        byte[] token = Arrays.copyOf(truth.bytes(), truth.boundaries()[0]);
        if (Arrays.equals(predicted, token)) {
            return new Verdict.Scored(1, RewardReason.HIT);
        }
        try {
            boolean sameLetters = text(predicted).equalsIgnoreCase(text(token));
            return sameLetters ? new Verdict.Scored(0.5, WRONG_CASE) : new Verdict.Scored(0, RewardReason.NOT_PREFIX);
        } catch (CharacterCodingException e) {
            return new Verdict.Abstained("a token that is part of a character has no case");
        }
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
