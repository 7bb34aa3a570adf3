package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifiers;

class CustomRewardTest {

    private final RewardVerifier reward = RewardVerifiers.create("ignore-case");

    private static Attempt attempt(byte[] truth, Prediction prediction) {
        GroundTruth continuation = new GroundTruth(truth, new int[] {truth.length - 1, truth.length});
        PredictionTask task = new PredictionTask(1, "text", 3, new int[] {1}, 2, continuation, 1);
        Rollout rollout = new Rollout(0, new int[] {5}, new double[] {-1}, FinishReason.LENGTH, 0);
        return new Attempt(task, new Prompt(1, new int[] {1}), rollout, prediction);
    }

    @ParameterizedTest
    @CsvSource({"' Rome', 1, HIT", "' ROME', 0.5, wrong-case", "' Rom', 0, NOT_PREFIX", "'Rome', 0, NOT_PREFIX"})
    void theRightWordInTheWrongCaseIsWorthHalf(String box, double value, String reason) {
        byte[] truth = " Rome.".getBytes(StandardCharsets.UTF_8);
        Prediction prediction = new Prediction.Boxed(box.getBytes(StandardCharsets.UTF_8));

        assertThat(reward.verify(attempt(truth, prediction)))
                .isEqualTo(new Verdict.Scored(value, RewardReason.valueOf(reason)));
    }

    @Test
    void aMissingBoxEarnsNothingAndKeepsItsReason() {
        Prediction prediction = new Prediction.Missing(MissingReason.NO_BOX);

        assertThat(reward.verify(attempt(new byte[] {'a', 'b'}, prediction)))
                .isEqualTo(new Verdict.Scored(0, RewardReason.NO_BOX));
    }

    @Test
    void halfACharacterCannotBeJudged() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);

        assertThat(reward.verify(attempt(euro, new Prediction.Boxed(euro)))).isInstanceOf(Verdict.Abstained.class);
    }

    @Test
    void theProgramRuns() {
        assertThat(Printed.by(() -> CustomReward.main(new String[0])).lines())
                .hasSize(3)
                .element(1)
                .asString()
                .contains("0.5");
    }
}
