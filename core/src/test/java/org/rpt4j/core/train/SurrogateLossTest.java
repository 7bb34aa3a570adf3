package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;

class SurrogateLossTest {

    private static final double[] OLD = {-1.0, -2.0, -0.5, -1.5, -3.0};
    private static final double[] NEW = {-1.1, -1.7, -0.9, -1.5, -2.2};
    private static final MicroBatch BATCH = new MicroBatch(List.of(
            new LearningGroup(new Prompt(1, new int[] {4}), List.of(member(0, 1.5, 0, 2), member(3, -0.5, 2, 3))),
            new LearningGroup(new Prompt(2, new int[] {5}), List.of(member(0, -2, 3, 5)))));

    @ParameterizedTest
    @EnumSource(Aggregation.class)
    void weightsAreTheDerivativesOfTheValue(Aggregation aggregation) {
        PolicyLoss loss = PolicyLoss.clipped(0.3, 0.5).withKl(0.2, KlEstimate.K3);
        TabularPolicy reference = TinyWorld.halfTrainedPolicy();
        double[] weights = loss(aggregation, loss, reference).at(values(NEW)).weights();
        double h = 1e-6;
        for (int i = 0; i < NEW.length; i++) {
            double[] up = NEW.clone();
            double[] down = NEW.clone();
            up[i] += h;
            down[i] -= h;
            double numeric = (loss(aggregation, loss, reference).at(values(up)).value()
                            - loss(aggregation, loss, reference).at(values(down)).value())
                    / (2 * h);
            assertThat(weights[i]).isEqualTo(numeric, within(1e-8));
        }
        assertThat(weights).doesNotContain(0);
    }

    @Test
    void clippedTokensAreCounted() {
        SurrogateLoss loss = loss(Aggregation.TOKEN_MEAN, PolicyLoss.clipped(0.2, 0.2), null);
        double[] weights = loss.at(values(NEW)).weights();
        assertThat(weights[1]).isZero();
        assertThat(weights[2]).isZero();
        assertThat(loss.clippedTokens()).isEqualTo(2);
    }

    @Test
    void theLargestGapIsNamed() {
        SurrogateLoss open = loss(Aggregation.TOKEN_MEAN, PolicyLoss.UNCLIPPED, null);
        open.at(values(NEW));
        assertThat(open.gap()).isEqualTo(0.8, within(1e-12));
        LogProbGap gap = LogProbGap.of(BATCH, values(NEW));
        assertThat(gap).isEqualTo(new LogProbGap(2, 0, 1, -3.0, -2.2));
        assertThatExceptionOfType(NumericalException.class).isThrownBy(() -> gap.requireWithin(0.79))
                .withMessageContaining("token 1 of rollout 0 of group 2")
                .withMessageContaining("log-probability -3.0")
                .withMessageContaining("gives -2.2");
        gap.requireWithin(0.81);
    }

    @Test
    void aGapThatIsNotANumberIsNeverWithin() {
        double[] broken = NEW.clone();
        broken[1] = Double.NaN;
        LogProbGap gap = LogProbGap.of(BATCH, values(broken));
        assertThat(gap.position()).isEqualTo(1);
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> gap.requireWithin(Double.POSITIVE_INFINITY));
    }

    private static SurrogateLoss loss(Aggregation aggregation, PolicyLoss loss, @Nullable Policy reference) {
        Objective objective =
                new Objective("test", "none", Objective.GRPO.advantage(), loss, aggregation, false);
        return new SurrogateLoss(
                BATCH, 0.8, new BatchTotals(4, 9, 4), objective, reference, Double.POSITIVE_INFINITY);
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
        return new LearningGroup.Member(rollout, advantage);
    }
}
