package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.ImportanceRatio;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.Preset;

class SurrogateLossTest {

    private static final double[] OLD = {-1.0, -2.0, -0.5, -1.5, -3.0};
    private static final double[] NEW = {-1.1, -1.7, -0.9, -1.5, -2.2};
    private static final LogProbGap.Gate OPEN = new LogProbGap.Gate(0, Double.POSITIVE_INFINITY);
    private static final MicroBatch BATCH = new MicroBatch(List.of(
            new LearningGroup(new Prompt(1, new int[] {4}), List.of(member(0, 1.5, 0, 2), member(3, -0.5, 2, 3))),
            new LearningGroup(new Prompt(2, new int[] {5}), List.of(member(0, -2, 3, 5)))));

    static Stream<Objective> objectives() {
        PolicyLoss everything = PolicyLoss.clipped(0.3, 0.5).toBuilder()
                .dualClip(4)
                .importanceCap(1.2)
                .klWeight(0.2)
                .entropyWeight(0.1)
                .klEstimate(KlEstimate.K3)
                .build();
        return Stream.concat(
                Stream.concat(Objective.all().stream(), Preset.all().stream().map(Preset::objective)),
                Arrays.stream(Aggregation.values())
                        .map(a -> Objective.GRPO.toBuilder()
                                .loss(everything)
                                .aggregation(a)
                                .build()));
    }

    /** For every objective, where no clip applies: the derivative of its own loss value. */
    @ParameterizedTest
    @MethodSource("objectives")
    void weightsAreTheDerivativesOfTheValue(Objective objective) {
        double nats = Math.min(objective.loss().clipHigh(), 1) / 10;
        double[] now = OLD.clone();
        for (int i = 0; i < now.length; i++) {
            now[i] += (i % 3 - 1) * nats;
        }
        assertWeightsAreDerivatives(objective, now);
        assertThat(after(OLD, objective).at(values(now)).weights()).doesNotContain(0);
    }

    /** And where clips apply to some tokens or completions. */
    @ParameterizedTest
    @MethodSource("objectives")
    void weightsAreTheDerivativesOfTheClippedValue(Objective objective) {
        assertWeightsAreDerivatives(objective, NEW);
    }

    private static void assertWeightsAreDerivatives(Objective objective, double[] now) {
        double h = 1e-6;
        double[] weights = after(OLD, objective).at(values(now)).weights();
        for (int i = 0; i < now.length; i++) {
            double[] up = now.clone();
            double[] down = now.clone();
            up[i] += h;
            down[i] -= h;
            double numeric = (after(OLD, objective).at(values(up)).value()
                            - after(OLD, objective).at(values(down)).value())
                    / (2 * h);
            assertThat(weights[i]).isEqualTo(numeric, within(1e-7));
        }
    }

    /** A loss that has seen the trainer's log-probabilities before the first update. */
    private static SurrogateLoss after(double[] before, Objective objective) {
        SurrogateLoss loss = new SurrogateLoss(
                BATCH,
                0.8,
                new BatchTotals(4, 9, 4),
                objective,
                objective.loss().klWeight() > 0 ? TinyWorld.halfTrainedPolicy() : null,
                OPEN);
        loss.at(values(before));
        return loss;
    }

    /** GSPO: each token gets -s A / (N |o|), with one s per completion. */
    @Test
    void aSequenceRatioGivesEqualTokenWeights() {
        Objective unclipped = Objective.GSPO.toBuilder()
                .loss(PolicyLoss.UNCLIPPED.toBuilder()
                        .ratio(ImportanceRatio.SEQUENCE)
                        .build())
                .build();
        double[] weights = after(OLD, unclipped).at(values(NEW)).weights();
        double first = Math.exp((-0.1 + 0.3) / 2);
        double last = Math.exp((0 + 0.8) / 2);
        assertThat(weights)
                .containsExactly(
                        new double[] {
                            -first * 1.5 / (4 * 2),
                            -first * 1.5 / (4 * 2),
                            -Math.exp(-0.4) * -0.5 / 4,
                            -last * -2 / (4 * 2),
                            -last * -2 / (4 * 2)
                        },
                        within(1e-12));
    }

    /**
     * Moving old and new log-probability together changes nothing, yet the new one has a gradient: the old one is a
     * constant.
     */
    @Test
    void noGradientFlowsThroughTheOldLogProbability() {
        Objective corrected = Objective.RLOO.toBuilder()
                .loss(PolicyLoss.UNCLIPPED.toBuilder().importanceCap(10).build())
                .build();
        double value = after(OLD, corrected).at(values(OLD)).value();
        double[] shifted = Arrays.stream(OLD).map(x -> x + 1e-4).toArray();
        double movedBoth = after(shifted, corrected).at(values(shifted)).value();
        double movedNew = after(OLD, corrected).at(values(shifted)).value();
        double[] weights = after(OLD, corrected).at(values(OLD)).weights();
        assertThat(movedNew - value).isEqualTo(1e-4 * Arrays.stream(weights).sum(), within(1e-8));
        assertThat(Arrays.stream(weights).sum()).isGreaterThan(0.01);
        // the sampler's share moves with the old one, as a factor and not as a gradient
        assertThat(movedBoth - value).isEqualTo((Math.exp(1e-4) - 1) * value, within(1e-12));
    }

    /** The trainer's own probability is the old one, and the sampler's enters as a capped factor. */
    @Test
    void truncatedImportanceSamplingCorrectsTheSampler() {
        Objective corrected = Objective.DAPO.toBuilder()
                .loss(PolicyLoss.clipped(0.2, 0.2).toBuilder()
                        .importanceCap(1.2)
                        .build())
                .build();
        double[] weights = after(NEW, corrected).at(values(NEW)).weights();
        assertThat(weights)
                .containsExactly(
                        new double[] {
                            -Math.exp(-0.1) * 1.5 / 9,
                            -1.2 * 1.5 / 9,
                            Math.exp(-0.4) * 0.5 / 9,
                            1.0 * 2 / 9,
                            1.2 * 2 / 9
                        },
                        within(1e-12));
    }

    @Test
    void truncatedImportanceSamplingNeedsTheSamplersLogProbabilities() {
        Rollout silent = new Rollout(2, new int[] {0, 8}, new double[] {-1, Double.NaN}, FinishReason.STOP_TOKEN, -3);
        MicroBatch batch = new MicroBatch(List.of(new LearningGroup(
                new Prompt(7, new int[] {4}), List.of(new LearningGroup.Member(silent, 0, 1, false)))));
        SurrogateLoss loss = new SurrogateLoss(
                batch,
                0.8,
                new BatchTotals(1, 2, 4),
                Objective.DAPO.toBuilder()
                        .loss(PolicyLoss.UNCLIPPED.toBuilder().importanceCap(2).build())
                        .build(),
                null,
                OPEN);
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> loss.at(TokenValues.of(batch.tokens(0.8), new double[] {-1, -1})))
                .withMessageContaining("token 1 of rollout 2 of group 7 has NaN");
    }

    /**
     * KDRL: of the three completions the first, with a positive advantage, was right. K2 adds 0.005 / 9 (log p - log
     * p_teacher) to the weights of the others.
     */
    @Test
    void aTeacherCorrectsOnlyWhatWasWrong() {
        PolicyLoss kdrl = Preset.KDRL.objective().loss();
        double[] free = after(OLD, withoutPenalty(kdrl)).at(values(NEW)).weights();
        double[] taught = after(OLD, Preset.KDRL.objective()).at(values(NEW)).weights();
        double[] teacher =
                TinyWorld.halfTrainedPolicy().logProbs(BATCH.tokens(0.8)).values();
        for (int t = 0; t < 2; t++) {
            assertThat(taught[t]).isEqualTo(free[t]);
        }
        for (int t = 2; t < 5; t++) {
            assertThat(taught[t] - free[t]).isEqualTo(0.005 / 9 * (NEW[t] - teacher[t]), within(1e-15));
        }
    }

    private static Objective withoutPenalty(PolicyLoss loss) {
        return Preset.KDRL.objective().toBuilder()
                .loss(loss.toBuilder().klWeight(0).build())
                .build();
    }

    /** Tokens were sampled with exp(-1), exp(-2), exp(-0.5), exp(-1.5) and exp(-3): only the third is above one half. */
    @Test
    void rareTokensAreLearnedApartFromTheOthers() {
        Objective lopti = Preset.LOPTI.objective();
        double[] all = after(OLD, lopti).at(values(OLD)).weights();
        SurrogateLoss loss = after(OLD, lopti);
        assertThat(loss.restrictTo(TokenPass.RARE)).isTrue();
        SurrogateLoss.Weighted rare = loss.at(values(OLD));
        assertThat(rare.weights()).containsExactly(all[0], all[1], 0, all[3], all[4]);
        SurrogateLoss second = loss.split(1).get(1);
        assertThat(second.at(TokenValues.of(second.tokens(), new double[] {-0.5}))
                        .weights())
                .containsExactly(0);
        assertThat(loss.restrictTo(TokenPass.COMMON)).isTrue();
        SurrogateLoss.Weighted common = loss.at(values(OLD));
        assertThat(common.weights()).containsExactly(0, 0, all[2], 0, 0);
        assertThat(rare.value() + common.value())
                .isEqualTo(after(OLD, lopti).at(values(OLD)).value(), within(1e-15));
    }

    /** The penalty of a token belongs to the step of its token. */
    @Test
    void thePenaltyIsDividedLikeTheTokens() {
        PolicyLoss penalised = Preset.LOPTI.objective().loss().toBuilder()
                .klWeight(0.5)
                .klEstimate(KlEstimate.K2)
                .build();
        Objective lopti = Objective.GRPO.toBuilder().loss(penalised).build();
        double[] all = after(OLD, lopti).at(values(NEW)).weights();
        SurrogateLoss loss = after(OLD, lopti);
        loss.restrictTo(TokenPass.COMMON);
        assertThat(loss.at(values(NEW)).weights()).containsExactly(0, 0, all[2], 0, 0);
    }

    @Test
    void aPassMayHaveNoTokens() {
        SurrogateLoss loss = after(OLD, Preset.KDRL.objective());
        assertThat(loss.restrictTo(TokenPass.RARE)).isFalse();
        assertThat(loss.restrictTo(TokenPass.COMMON)).isTrue();
    }

    /**
     * With alpha 0.3, token by token: -A (0.3 p_old + 0.7) / 9 at ratio 1, where p_old is exp(-1), exp(-2), exp(-0.5),
     * exp(-1.5) and exp(-3); computed in Python.
     */
    @Test
    void rareTokensCountLess() {
        Objective reweighted = Objective.DAPO.toBuilder()
                .loss(Objective.GRPO_REWEIGHTED.loss())
                .build();
        assertThat(after(OLD, reweighted).at(values(OLD)).weights())
                .containsExactly(
                        new double[] {-0.1350606387, -0.1234334308, 0.0489977332, 0.1704308996, 0.1588746934},
                        within(1e-10));
    }

    /** The weights have changed since an older version sampled, which is not a disagreement. */
    @Test
    void rolloutsOfOlderWeightsHaveNoGap() {
        assertThat(LogProbGap.of(BATCH, values(NEW), 0).nats()).isEqualTo(0.8, within(1e-12));
        assertThat(LogProbGap.of(BATCH, values(NEW), 1).nats()).isZero();
    }

    @Test
    void clippedTokensAreCounted() {
        SurrogateLoss loss = loss(PolicyLoss.clipped(0.2, 0.2));
        double[] weights = loss.at(values(NEW)).weights();
        assertThat(weights[1]).isZero();
        assertThat(weights[2]).isZero();
        assertThat(loss.clippedTokens()).isEqualTo(2);
    }

    @Test
    void theLargestGapIsNamed() {
        SurrogateLoss open = loss(PolicyLoss.UNCLIPPED);
        open.at(values(NEW));
        assertThat(open.gap()).isEqualTo(0.8, within(1e-12));
        LogProbGap gap = LogProbGap.of(BATCH, values(NEW), 0);
        assertThat(gap).isEqualTo(new LogProbGap(2, 0, 1, -3.0, -2.2, gap.nats()));
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap.requireWithin(0.79))
                .withMessageContaining("token 1 of rollout 0 of group 2")
                .withMessageContaining("log-probability -3.0")
                .withMessageContaining("gives -2.2");
        gap.requireWithin(0.81);
    }

    @Test
    void aNaNGapIsNeverWithinTheLimit() {
        double[] broken = NEW.clone();
        broken[1] = Double.NaN;
        LogProbGap gap = LogProbGap.of(BATCH, values(broken), 0);
        assertThat(gap.position()).isEqualTo(1);
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap.requireWithin(Double.POSITIVE_INFINITY));
    }

    private static SurrogateLoss loss(PolicyLoss loss) {
        return new SurrogateLoss(
                BATCH,
                0.8,
                new BatchTotals(4, 9, 4),
                Objective.DAPO.toBuilder().loss(loss).build(),
                null,
                OPEN);
    }

    private static TokenValues values(double[] logProbs) {
        return TokenValues.of(BATCH.tokens(0.8), logProbs);
    }

    private static LearningGroup.Member member(int index, double advantage, int from, int to) {
        int[] tokens = {0, 8, 1, 2, 8};
        Rollout rollout = new Rollout(
                index,
                Arrays.copyOfRange(tokens, from, to),
                Arrays.copyOfRange(OLD, from, to),
                FinishReason.STOP_TOKEN,
                0);
        return new LearningGroup.Member(rollout, 0, advantage, advantage > 0);
    }
}
