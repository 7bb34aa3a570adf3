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

/** Values that guard themselves: options, prompts, rollouts, scores, verdicts. */
class OptionsTest {

    private static final SamplingOptions GREEDY = SamplingOptions.greedy(8);
    private static final OptimizerOptions ADAMW = OptimizerOptions.PAPER;
    private static final BackendOptions BACKEND = BackendOptions.DEFAULTS;

    private static Arguments bad(String message, ThrowingCallable call) {
        return arguments(message, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                bad("groupSize is 0, must be positive", () -> GREEDY.withGroupSize(0)),
                bad("maxTokens is 0, must be positive", () -> GREEDY.withMaxTokens(0)),
                bad("temperature is -0.1, must be finite and not negative", () -> GREEDY.withTemperature(-0.1)),
                bad("temperature is NaN, must be finite and not negative", () -> GREEDY.withTemperature(Double.NaN)),
                bad(
                        "temperature is Infinity, must be finite and not negative",
                        () -> GREEDY.withTemperature(Double.POSITIVE_INFINITY)),
                bad("threads is -1, must be 0 (engine's choice) or positive", () -> BACKEND.withThreads(-1)),
                bad("maxSequences is 0, must be positive", () -> BACKEND.withMaxSequences(0)),
                bad("topK is 0, must be positive", () -> new ScoringOptions(0, true)),
                bad("learningRate is -1.0, must be between", () -> ADAMW.withLearningRate(-1)),
                bad("learningRate is NaN, must be between", () -> ADAMW.withLearningRate(Double.NaN)),
                bad("learningRate is Infinity, must be", () -> ADAMW.withLearningRate(Double.POSITIVE_INFINITY)),
                bad("beta1 is 1.0, must be between", () -> ADAMW.withBetas(1, 0.9)),
                bad("beta2 is -0.1, must be between", () -> ADAMW.withBetas(0.9, -0.1)),
                bad("epsilon is 0.0, must be between", () -> new OptimizerOptions("adamw", 1, 0, 0, 0, 0, 1, 0)),
                bad("weightDecay is -0.5, must be between", () -> ADAMW.withWeightDecay(-0.5)),
                bad("maxGradientNorm is 0.0, must be between", () -> ADAMW.withMaxGradientNorm(0)),
                bad("warmupSteps is -1.0, must be between", () -> ADAMW.withWarmupSteps(-1)),
                bad("prompt 7 is empty; a model needs at least one token", () -> new Prompt(7, new int[0])),
                bad(
                        "rollout has 2 tokens but 1 log-probabilities",
                        () -> new Rollout(0, new int[2], new double[1], FinishReason.LENGTH, 0)),
                bad(
                        "lengths differ: entropy 2, argmax 3, trueLogProb 2",
                        () -> new TokenScores(new double[2], new int[3], new double[2])),
                bad("reward is NaN, must be finite", () -> new Verdict.Scored(Double.NaN, RewardReason.HIT)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void badValuesAreRefusedByName(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void gradientsMayStayUnclipped() {
        assertThat(ADAMW.withMaxGradientNorm(Double.POSITIVE_INFINITY).maxGradientNorm())
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void samplingOptionsChangeOneThingAtATime() {
        SamplingOptions all = GREEDY.withGroupSize(4)
                .withTemperature(0.7)
                .withMaxTokens(99)
                .withStop(Set.of(2), StopCondition.NEVER)
                .withKey(5, 6);
        assertThat(all).isEqualTo(new SamplingOptions(4, 0.7, 99, Set.of(2), StopCondition.NEVER, 5, 6));
        assertThat(all.logProbTemperature()).isEqualTo(0.7);
        assertThat(GREEDY.temperature()).isZero();
        assertThat(GREEDY.logProbTemperature()).isEqualTo(1);
    }

    @Test
    void backendOptionsChangeOneThingAtATime() {
        assertThat(BACKEND.withDevice(Device.cuda(1))
                        .withPrecision(Precision.BF16)
                        .withThreads(3)
                        .withRecomputeActivations(true)
                        .withMaxSequences(9))
                .isEqualTo(new BackendOptions(Device.cuda(1), Precision.BF16, 3, true, 9));
    }

    @Test
    void theLearningRateRisesLinearlyAndStays() {
        OptimizerOptions warm = ADAMW.withLearningRate(0.4)
                .withBetas(0.8, 0.95)
                .withWeightDecay(0)
                .withMaxGradientNorm(2)
                .withWarmupSteps(4);
        assertThat(warm).isEqualTo(new OptimizerOptions("adamw", 0.4, 0.8, 0.95, 1e-8, 0, 2, 4));
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
                .map(r -> new Attempt(task, r, new Prediction.Missing(MissingReason.NO_BOX)))
                .toList();
        assertThat(byMember.verifyGroup(attempts))
                .containsExactly(
                        new Verdict.Scored(2, RewardReason.CUSTOM), new Verdict.Scored(0, RewardReason.CUSTOM));
    }
}
