package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.tck.TinyModel;

class ReferenceSamplerTest {

    private static final int[] PROMPT = {1, 30, 4, 4, 11};
    private static final SamplingOptions OPTIONS = SamplingOptions.builder()
            .groupSize(3)
            .temperature(0.7)
            .maxTokens(9)
            .seed(42)
            .step(17)
            .build();

    @TempDir
    private Path directory;

    private ReferencePolicy policy;

    @BeforeEach
    void open() {
        policy = new ReferencePolicy(TinyModel.QWEN3.write(directory));
    }

    @AfterEach
    void close() {
        policy.close();
    }

    @Test
    void inverseCdfIsTheLowestIdWhoseCumulativeProbabilityExceedsTheDraw() {
        double[] probabilities = {0.25, 0, 0.5, 0.25};
        assertThat(Softmax.inverseCdf(probabilities, 0)).isZero();
        assertThat(Softmax.inverseCdf(probabilities, Math.nextDown(0.25))).isZero();
        assertThat(Softmax.inverseCdf(probabilities, 0.25)).isEqualTo(2);
        assertThat(Softmax.inverseCdf(probabilities, 0.75)).isEqualTo(3);
        assertThat(Softmax.inverseCdf(probabilities, Math.nextDown(1.0))).isEqualTo(3);
    }

    @Test
    void aDrawAboveARoundedSumFallsOnTheLastPossibleToken() {
        assertThat(Softmax.inverseCdf(new double[] {0.5, 0.499, 0}, 0.9999)).isEqualTo(1);
    }

    @Test
    void everyTokenIsTheInverseCdfAtItsOwnKey() {
        ReferenceModel model = TinyModel.QWEN3.model();
        for (Rollout rollout : sample(OPTIONS)) {
            ReferenceForward forward = new ReferenceForward(model).append(PROMPT);
            for (int j = 0; j < rollout.length(); j++) {
                double[] logits = forward.logits(forward.length() - 1);
                double[] scaled =
                        Arrays.stream(logits).map(z -> Math.exp(z / 0.7)).toArray();
                double draw = CounterRandom.uniform(42, 17, 5, rollout.member(), j)
                        * Arrays.stream(scaled).sum();
                int token = 0;
                while (draw >= scaled[token]) {
                    draw -= scaled[token++];
                }
                assertThat(rollout.tokens()[j]).isEqualTo(token);
                forward.append(token);
            }
        }
    }

    @Test
    void stopTokenIsTheLastTokenAndWinsOverTheCondition() {
        int third = sample(OPTIONS).get(1).tokens()[2];
        Rollout byToken = sample(OPTIONS.toBuilder()
                        .stopTokens(Set.of(third))
                        .stopCondition(() -> token -> token == third)
                        .build())
                .get(1);
        assertThat(byToken.finish()).isEqualTo(FinishReason.STOP_TOKEN);
        assertThat(byToken.tokens()[byToken.length() - 1]).isEqualTo(third);
        Rollout byCondition = sample(OPTIONS.toBuilder()
                        .stopTokens(Set.of())
                        .stopCondition(() -> token -> token == third)
                        .build())
                .get(1);
        assertThat(byCondition.finish()).isEqualTo(FinishReason.STOP_CONDITION);
        assertThat(byCondition.tokens()).isEqualTo(byToken.tokens());
    }

    @Test
    void theContextWindowLimitsTheCompletion() {
        Rollout rollout = sample(OPTIONS.toBuilder().maxTokens(1000).build()).get(0);
        assertThat(rollout.length()).isEqualTo(32 - PROMPT.length);
        assertThat(rollout.finish()).isEqualTo(FinishReason.LENGTH);
        assertThatThrownBy(() -> policy.generate(List.of(new Prompt(9, new int[32])), OPTIONS))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContainingAll("prompt 9", "32 tokens");
    }

    @Test
    void interruptionEndsTheCallWithinOneToken() {
        int[] seen = {0};
        StopCondition interrupter = () -> token -> {
            if (++seen[0] == 4) {
                Thread.currentThread().interrupt();
            }
            return false;
        };
        try {
            assertThatThrownBy(() -> sample(OPTIONS.toBuilder()
                            .stopTokens(Set.of())
                            .stopCondition(interrupter)
                            .build()))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(seen[0]).isEqualTo(4);
    }

    private List<Rollout> sample(SamplingOptions options) {
        return policy.generate(List.of(new Prompt(5, PROMPT)), options).get(0).rollouts();
    }
}
