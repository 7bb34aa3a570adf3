package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that check themselves: options, prompts, rollouts, scores, verdicts. */
class OptionsTest {

    private static final SamplingOptions GREEDY = SamplingOptions.greedy(8);
    private static final OptimizerOptions ADAMW = OptimizerOptions.PAPER;
    private static final BackendOptions BACKEND = BackendOptions.DEFAULTS;

    private static Arguments bad(String message, ThrowingCallable call) {
        return arguments(message, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                bad(
                        "groupSize is 0, must be at least 1",
                        () -> GREEDY.toBuilder().groupSize(0).build()),
                bad(
                        "maxTokens is 0, must be at least 1",
                        () -> GREEDY.toBuilder().maxTokens(0).build()),
                bad(
                        "temperature is -0.1, must be at least 0",
                        () -> GREEDY.toBuilder().temperature(-0.1).build()),
                bad(
                        "temperature is NaN, must be at least 0",
                        () -> GREEDY.toBuilder().temperature(Double.NaN).build()),
                bad(
                        "temperature is Infinity, must be at least 0 and finite",
                        () -> GREEDY.toBuilder()
                                .temperature(Double.POSITIVE_INFINITY)
                                .build()),
                bad(
                        "threads is -1, must be at least 0",
                        () -> BACKEND.toBuilder().threads(-1).build()),
                bad(
                        "maxSequences is 0, must be at least 1",
                        () -> BACKEND.toBuilder().maxSequences(0).build()),
                bad(
                        "topK is 0, must be at least 1",
                        () -> ScoringOptions.builder().topK(0).build()),
                bad(
                        "candidates is 257, must be at least 0, at most 256",
                        () -> ScoringOptions.builder().candidates(257).build()),
                bad(
                        "learningRate is -1.0, must be at least 0",
                        () -> ADAMW.toBuilder().learningRate(-1).build()),
                bad(
                        "learningRate is NaN, must be at least 0",
                        () -> ADAMW.toBuilder().learningRate(Double.NaN).build()),
                bad(
                        "learningRate is Infinity, must be at least 0 and finite",
                        () -> ADAMW.toBuilder()
                                .learningRate(Double.POSITIVE_INFINITY)
                                .build()),
                bad(
                        "beta1 is 1.0, must be at least 0, below 1",
                        () -> ADAMW.toBuilder().beta1(1).build()),
                bad(
                        "beta2 is -0.1, must be at least 0, below 1",
                        () -> ADAMW.toBuilder().beta2(-0.1).build()),
                bad(
                        "epsilon is 0.0, must be above 0",
                        () -> OptimizerOptions.builder()
                                .learningRate(1)
                                .beta1(0)
                                .beta2(0)
                                .epsilon(0)
                                .weightDecay(0)
                                .maxGradientNorm(1)
                                .build()),
                bad(
                        "weightDecay is -0.5, must be at least 0",
                        () -> ADAMW.toBuilder().weightDecay(-0.5).build()),
                bad(
                        "maxGradientNorm is 0.0, must be above 0, or infinity",
                        () -> ADAMW.toBuilder().maxGradientNorm(0).build()),
                bad(
                        "warmupSteps is -1, must be at least 0",
                        () -> ADAMW.toBuilder().warmupSteps(-1).build()),
                bad("prompt 7 is empty; a model needs at least one token", () -> new Prompt(7, new int[0])),
                bad(
                        "rollout has 2 tokens but 1 log-probabilities",
                        () -> new Rollout(0, new int[2], new double[1], FinishReason.LENGTH, 0)),
                bad(
                        "lengths differ: entropy 2, argmax 3, trueLogProb 2",
                        () -> new TokenScores(new double[2], new int[3], new double[2])),
                bad(
                        "there are 3 topIds and 3 topLogProbs for 2 tokens",
                        () -> new TokenScores(new double[2], new int[2], new double[2])
                                .withCandidates(new int[3], new double[3])),
                bad(
                        "there are 4 topIds and 2 topLogProbs for 2 tokens",
                        () -> new TokenScores(new double[2], new int[2], new double[2])
                                .withCandidates(new int[4], new double[2])),
                bad("reward is NaN, must be finite", () -> new Verdict.Scored(Double.NaN, RewardReason.HIT)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badValuesAreRefusedByName(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void gradientsMayStayUnclipped() {
        assertThat(ADAMW.toBuilder()
                        .maxGradientNorm(Double.POSITIVE_INFINITY)
                        .build()
                        .maxGradientNorm())
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void samplingOptionsChangeOneThingAtATime() {
        SamplingOptions all = GREEDY.toBuilder()
                .groupSize(4)
                .temperature(0.7)
                .maxTokens(99)
                .stopTokens(Set.of(2))
                .stopCondition(StopCondition.NEVER)
                .seed(5)
                .step(6)
                .build();
        assertThat(all)
                .isEqualTo(SamplingOptions.builder()
                        .groupSize(4)
                        .temperature(0.7)
                        .maxTokens(99)
                        .stopTokens(Set.of(2))
                        .seed(5)
                        .step(6)
                        .build());
        assertThat(all.logProbTemperature()).isEqualTo(0.7);
        assertThat(GREEDY.temperature()).isZero();
        assertThat(GREEDY.logProbTemperature()).isEqualTo(1);
    }

    @Test
    void backendOptionsChangeOneThingAtATime() {
        assertThat(BACKEND.toBuilder()
                        .device(Device.cuda(1))
                        .precision(Precision.BF16)
                        .threads(3)
                        .recomputeActivations(true)
                        .maxSequences(9)
                        .build())
                .isEqualTo(BackendOptions.builder()
                        .device(Device.cuda(1))
                        .precision(Precision.BF16)
                        .threads(3)
                        .recomputeActivations(true)
                        .maxSequences(9)
                        .build());
    }

    /** Records of scores that were made before there were candidates compare this text. */
    @Test
    void scoringOptionsWithoutCandidatesDoNotMentionThem() {
        ScoringOptions some = ScoringOptions.builder().candidates(8).build();

        assertThat(ScoringOptions.DEFAULTS).hasToString("ScoringOptions[topK=16, renormalise=true]");
        assertThat(some).hasToString("ScoringOptions[topK=16, renormalise=true, candidates=8]");
        assertThat(some).isNotEqualTo(ScoringOptions.DEFAULTS);
        assertThat(some.toBuilder().topK(16).build()).isEqualTo(some);
    }

    @Test
    void theLearningRateRisesLinearlyAndStays() {
        OptimizerOptions warm = ADAMW.toBuilder()
                .learningRate(0.4)
                .beta1(0.8)
                .beta2(0.95)
                .weightDecay(0)
                .maxGradientNorm(2)
                .warmupSteps(4)
                .build();
        assertThat(warm)
                .isEqualTo(OptimizerOptions.builder()
                        .learningRate(0.4)
                        .beta1(0.8)
                        .beta2(0.95)
                        .weightDecay(0)
                        .maxGradientNorm(2)
                        .warmupSteps(4)
                        .build());
        assertThat(List.of(
                        warm.learningRateAt(1),
                        warm.learningRateAt(2),
                        warm.learningRateAt(4),
                        warm.learningRateAt(1_000_000)))
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-15 ? 0 : 1)
                .containsExactly(0.1, 0.2, 0.4, 0.4);
        assertThat(ADAMW.learningRateAt(1)).isCloseTo(1e-6, within(0.0));
    }

    @Test
    void onlyTheLengthLimitTruncates() {
        for (FinishReason finish : FinishReason.values()) {
            Rollout rollout = new Rollout(0, new int[] {1, 2}, new double[2], finish, 3);
            assertThat(rollout.truncated()).isEqualTo(finish == FinishReason.LENGTH);
            assertThat(rollout.length()).isEqualTo(2);
        }
    }

    @Test
    void theDefaultStopConditionNeverHolds() {
        StopCondition.Scanner scanner = StopCondition.NEVER.newScanner();
        assertThat(List.of(0, 1, 2, Integer.MAX_VALUE)).noneMatch(scanner::endsWith);
    }

    @Test
    void groupsAreJudgedOneByOneUnlessAVerifierComparesThem() {
        RewardVerifier byMember =
                attempt -> new Verdict.Scored(attempt.rollout().member(), RewardReason.CUSTOM);
        PredictionTask task = new PredictionTask(
                1, "doc", 1, new int[] {1}, 2, new GroundTruth(new byte[1], new int[] {1}), Double.NaN);
        List<Attempt> attempts = Stream.of(2, 0)
                .map(m -> new Rollout(m, new int[] {1}, new double[1], FinishReason.LENGTH, 0))
                .map(r -> new Attempt(
                        task, new Prompt(1, new int[] {1}), r, new Prediction.Missing(MissingReason.NO_BOX)))
                .toList();
        assertThat(byMember.verifyGroup(attempts))
                .containsExactly(
                        new Verdict.Scored(2, RewardReason.CUSTOM), new Verdict.Scored(0, RewardReason.CUSTOM));
    }
}
