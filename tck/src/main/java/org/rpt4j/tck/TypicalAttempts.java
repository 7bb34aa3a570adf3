package org.rpt4j.tck;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;

/**
 * Attempts of every kind at one task, whose continuation is " naïve {idea}" with a token boundary inside the letter ï.
 */
final class TypicalAttempts {

    private static final byte[] TRUTH = " naïve {idea}".getBytes(StandardCharsets.UTF_8);

    private static final int[] BOUNDARIES = {3, 4, 7, 9, TRUTH.length};

    private static final PredictionTask TASK =
            new PredictionTask(17, "document", 3, new int[] {5, 6, 7}, 8, new GroundTruth(TRUTH, BOUNDARIES), 1.5);

    private static final Prompt PROMPT = new Prompt(TASK.id(), new int[] {3, 5, 6, 7, 4});

    private TypicalAttempts() {}

    static List<Attempt> all() {
        List<Attempt> attempts = new ArrayList<>();
        add(attempts, new Prediction.Boxed(prefix(3)), FinishReason.STOP_CONDITION);
        add(attempts, new Prediction.Boxed(prefix(4)), FinishReason.STOP_CONDITION);
        add(attempts, new Prediction.Boxed(prefix(5)), FinishReason.STOP_TOKEN);
        add(attempts, new Prediction.Boxed(TRUTH.clone()), FinishReason.STOP_TOKEN);
        add(attempts, new Prediction.Boxed(" naive".getBytes(StandardCharsets.UTF_8)), FinishReason.STOP_TOKEN);
        add(attempts, new Prediction.Boxed(new byte[0]), FinishReason.STOP_TOKEN);
        add(attempts, new Prediction.Boxed(new byte[] {(byte) 0xff, 0, (byte) 0xc3}), FinishReason.STOP_TOKEN);
        add(attempts, new Prediction.Boxed(new byte[100_000]), FinishReason.LENGTH);
        for (MissingReason reason : MissingReason.values()) {
            add(attempts, new Prediction.Missing(reason), FinishReason.LENGTH);
        }
        return attempts;
    }

    private static void add(List<Attempt> attempts, Prediction prediction, FinishReason finish) {
        int member = attempts.size();
        double[] logProbs = {-0.5 - member, -1, -0.25};
        attempts.add(new Attempt(
                TASK, PROMPT, new Rollout(member, new int[] {1, member, 2}, logProbs, finish, 0), prediction));
    }

    private static byte[] prefix(int length) {
        return Arrays.copyOf(TRUTH, length);
    }
}
