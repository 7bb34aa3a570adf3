package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.OverlongPenalty;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

class LearningBatchTest {

    private static final double ABSTAIN = Groups.ABSTAIN;

    @Test
    void groupsWithEqualRewardsStayInTheDenominatorsOfGrpo() {
        LearningBatch batch =
                of(Objective.GRPO, TruncationHandling.KEEP, group(1, 0, 0), group(2, 1, 0), group(3, 1, 1));
        assertThat(batch.live()).extracting(g -> g.prompt().id()).containsExactly(2L);
        assertThat(batch.totals()).isEqualTo(new BatchTotals(6, 12, 9));
    }

    @Test
    void groupsAreCountedAsAllMissedAllHitMixedOrShrunk() {
        GroupMetrics metrics = GroupMetrics.of(
                List.of(group(1, 0, 0), group(2, 1, 0), group(3, 1, 1), group(4, 1, ABSTAIN), group(5, 0, 0)), 0.5);
        assertThat(metrics).isEqualTo(new GroupMetrics(5, 2, 1, 1, 1, 0.5));
        assertThat(metrics.liveShare()).isEqualTo(0.2);
    }

    @Test
    void dapoCountsMixedGroupsOnly() {
        LearningBatch batch =
                of(Objective.DAPO, TruncationHandling.KEEP, group(1, 0, 0), group(2, 1, 0), group(3, 1, 1));
        assertThat(batch.live()).extracting(g -> g.prompt().id()).containsExactly(2L);
        assertThat(batch.totals()).isEqualTo(new BatchTotals(2, 4, 9));
    }

    /**
     * Equal prompts and opposite rewards: merged they would be a mixed group, separately they have no learning signal.
     */
    @Test
    void groupsAreIdentifiedByIdNotByPrompt() {
        GradedGroup wrong = group(1, 0, 0, 0, 0);
        GradedGroup right = group(2, 1, 1, 1, 1);
        assertThat(wrong.prompt().tokens()).isEqualTo(right.prompt().tokens());
        LearningBatch batch = of(Objective.GRPO, TruncationHandling.KEEP, wrong, right);
        assertThat(batch.live()).isEmpty();
        assertThat(batch.meanAbsoluteAdvantage()).isZero();
    }

    @Test
    void abstainedAttemptsLeaveTheGroupAndItsBaseline() {
        LearningBatch batch = of(Objective.DR_GRPO, TruncationHandling.KEEP, group(1, 1, ABSTAIN, 0, 0, ABSTAIN));
        LearningGroup live = batch.live().get(0);
        assertThat(live.members()).extracting(m -> m.rollout().member()).containsExactly(0, 2, 3);
        assertThat(live.members().get(0).advantage()).isEqualTo(2.0 / 3, within(1e-15));
        assertThat(batch.totals().sequences()).isEqualTo(3);
    }

    @Test
    void aGroupShrunkBelowTwoIsDropped() {
        LearningBatch batch = of(Objective.GRPO, TruncationHandling.KEEP, group(1, 1, ABSTAIN), group(2, 1, 0));
        assertThat(batch.live()).extracting(g -> g.prompt().id()).containsExactly(2L);
        assertThat(batch.totals().sequences()).isEqualTo(2);
    }

    @Test
    void maskedCompletionsShapeTheBaselineButAreNotTrained() {
        GradedGroup group = group(1, 1, 0, 0, 0);
        GradedGroup cut = Groups.truncated(group, 1);
        LearningBatch keep = of(Objective.DR_GRPO, TruncationHandling.KEEP, cut);
        LearningBatch mask = of(Objective.DR_GRPO, TruncationHandling.MASK, cut);
        assertThat(keep.live().get(0).members()).hasSize(4);
        assertThat(mask.live().get(0).members())
                .extracting(m -> m.rollout().member())
                .containsExactly(0, 2, 3);
        assertThat(mask.live().get(0).members().get(0).advantage()).isEqualTo(0.75);
        assertThat(mask.totals()).isEqualTo(new BatchTotals(3, 6, 9));
    }

    @Test
    void aGroupWithAllMembersMaskedIsNotLive() {
        GradedGroup cut = Groups.truncated(Groups.truncated(group(1, 1, 0), 0), 1);
        LearningBatch batch = of(Objective.GRPO, TruncationHandling.MASK, cut);
        assertThat(batch.live()).isEmpty();
        assertThat(batch.totals().tokens()).isZero();
    }

    @Test
    void aPenaltyGivesEveryGroupAGradient() {
        Objective penalised = Objective.GRPO.toBuilder()
                .loss(Objective.GRPO.loss().toBuilder()
                        .klWeight(0.1)
                        .klEstimate(KlEstimate.K2)
                        .build())
                .build();
        assertThat(of(penalised, TruncationHandling.KEEP, group(1, 0, 0), group(2, 1, 0))
                        .live())
                .hasSize(2);
    }

    /** Groups.of gives the reason CUSTOM, so that no rollout counts as a hit. */
    @Test
    void aTeacherLeavesOutGroupsThatWereRight() {
        GradedGroup wrong = group(1, 0, 0);
        GradedGroup right = Groups.hits(group(2, 1, 1));
        assertThat(of(Preset.KDRL.objective(), TruncationHandling.KEEP, wrong, right)
                        .live())
                .extracting(g -> g.prompt().id())
                .containsExactly(1L);
        LearningBatch all = of(Preset.DISTILLATION.objective(), TruncationHandling.KEEP, right, group(3, 1, 0));
        assertThat(all.live()).hasSize(2);
        assertThat(all.live().get(0).members()).allMatch(LearningGroup.Member::hit);
        assertThat(all.meanAbsoluteAdvantage()).isZero();
    }

    /** Groups have the tokens 1 and 2 in every rollout, so that only those of a rollout of its own tell anything. */
    @Test
    void keyTokensComeFromTheRolloutsOfTheGroup() {
        Rollout right = new Rollout(0, new int[] {1, 3, 8}, new double[3], FinishReason.STOP_TOKEN, 0);
        Rollout wrong = new Rollout(1, new int[] {1, 2, 4}, new double[3], FinishReason.LENGTH, 0);
        GradedGroup mixed = new GradedGroup(
                TinyWorld.task(1),
                new Prompt(1, new int[] {5}),
                List.of(
                        new GradedRollout(
                                right,
                                new Prediction.Missing(MissingReason.NO_BOX),
                                new Verdict.Scored(1, RewardReason.HIT)),
                        missed(wrong)));
        LearningGroup live = of(Objective.GRPO_KEY_TOKENS, TruncationHandling.KEEP, mixed)
                .live()
                .get(0);
        assertThat(live.keyTokens()).containsOnlyKeys(2, 3, 4);
        assertThat(live.keyTokens().get(3))
                .isPositive()
                .isEqualTo(-live.keyTokens().get(2));
        LearningGroup.Member first = live.members().get(0);
        assertThat(live.advantage(first, 0)).isEqualTo(first.advantage());
        assertThat(live.advantage(first, 1))
                .isEqualTo(first.advantage() + live.keyTokens().get(3));
        assertThat(of(Objective.GRPO, TruncationHandling.KEEP, mixed)
                        .live()
                        .get(0)
                        .keyTokens())
                .isEmpty();
    }

    /** Both missed, with 2 and 9 tokens; of 2 tokens at most 0.5 can be earned, of 9 none. */
    @Test
    void theLengthBudgetShapesTheAdvantages() {
        Rollout shorter = new Rollout(0, new int[] {1, 2}, new double[2], FinishReason.STOP_TOKEN, 0);
        Rollout longer = new Rollout(1, new int[] {1, 2, 3, 4, 5, 6, 7, 2, 1}, new double[9], FinishReason.LENGTH, 0);
        GradedGroup group = new GradedGroup(
                TinyWorld.task(1), new Prompt(1, new int[] {5}), List.of(missed(shorter), missed(longer)));
        TruncationHandling budget = new TruncationHandling(
                false, OverlongPenalty.NONE, new TruncationHandling.LengthBudget(2, 1, 0.5, 0.5));
        assertThat(of(Objective.DR_GRPO, budget, group).live().get(0).members())
                .extracting(LearningGroup.Member::advantage)
                .containsExactly(0.25, -0.25);
    }

    /** The advantages of 1, 0 are 0.5 and -0.5. */
    @Test
    void theRewardWeightScalesEveryAdvantage() {
        Objective half = Objective.DR_GRPO.toBuilder().rewardWeight(0.5).build();
        assertThat(of(half, TruncationHandling.KEEP, group(1, 1, 0))
                        .live()
                        .get(0)
                        .members())
                .extracting(LearningGroup.Member::advantage)
                .containsExactly(0.25, -0.25);
    }

    /** Over the whole step the tokens of the hits are better than those of the misses, whatever their group. */
    @Test
    void reinforcePlusPlusLearnsFromGroupsOfEqualRewards() {
        LearningBatch batch = of(
                Objective.REINFORCE_PLUS_PLUS, TruncationHandling.KEEP, group(1, 0, 0), group(2, 1, 1), group(3, 0, 0));
        assertThat(batch.live()).extracting(g -> g.prompt().id()).containsExactly(1L, 2L, 3L);
        assertThat(batch.live().get(1).members().get(0).advantage()).isPositive();
        assertThat(batch.live().get(0).members().get(0).advantage())
                .isEqualTo(-batch.live().get(1).members().get(0).advantage() / 2, within(1e-12));
    }

    @Test
    void whiteningIsOverTheRolloutsThatTakePart() {
        GradedGroup cut = Groups.truncated(group(1, 1, 0, 0, 0), 1);
        LearningBatch mask = of(Objective.REINFORCE_PLUS_PLUS_BASELINE, TruncationHandling.MASK, cut, group(2, 0, 1));
        double sum = mask.live().stream()
                .flatMap(g -> g.members().stream())
                .mapToDouble(m -> m.advantage() * m.rollout().length())
                .sum();
        assertThat(sum).isEqualTo(0, within(1e-12));
        assertThat(mask.totals().sequences()).isEqualTo(5);
        assertThat(mask.meanAbsoluteAdvantage()).isBetween(0.5, 1.0);
    }

    @Test
    void aStepOfEqualRewardsHasNoGradientEvenWhenTheStepIsCompared() {
        assertThat(of(Objective.REINFORCE_PLUS_PLUS, TruncationHandling.KEEP, group(1, 1, 1), group(2, 1, 1))
                        .live())
                .isEmpty();
    }

    /** All members missed, and the longer one loses more: with a soft penalty, length alone is a learning signal. */
    @Test
    void theOverlongPenaltyShapesTheAdvantages() {
        Rollout shorter = new Rollout(0, new int[] {1, 2}, new double[2], FinishReason.STOP_TOKEN, 0);
        Rollout longer = new Rollout(1, new int[] {1, 2, 3, 4, 5, 6, 7, 2, 1}, new double[9], FinishReason.LENGTH, 0);
        GradedGroup missed = new GradedGroup(
                TinyWorld.task(1), new Prompt(1, new int[] {5}), List.of(missed(shorter), missed(longer)));
        LearningBatch soft = of(Objective.DR_GRPO, TruncationHandling.softPenalty(3, 1), missed);
        assertThat(soft.live().get(0).members())
                .extracting(LearningGroup.Member::advantage)
                .containsExactly(0.5, -0.5);
        assertThat(of(Objective.DR_GRPO, TruncationHandling.KEEP, missed).live())
                .isEmpty();
        assertThat(of(Objective.DAPO, TruncationHandling.softPenalty(3, 1), missed)
                        .live())
                .isEmpty();
    }

    private static GradedRollout missed(Rollout rollout) {
        return new GradedRollout(
                rollout, new Prediction.Missing(MissingReason.NO_BOX), new Verdict.Scored(0, RewardReason.NO_BOX));
    }

    private static LearningBatch of(Objective objective, TruncationHandling truncation, GradedGroup... groups) {
        RptSettings settings = TinyWorld.settings(1).toBuilder()
                .sampling(TinyWorld.settings(1).sampling().toBuilder()
                        .maxTokens(9)
                        .build())
                .objective(objective)
                .truncation(truncation)
                .build();
        return LearningBatch.of(List.of(groups), settings, 0);
    }

    private static GradedGroup group(long id, double... rewards) {
        return Groups.of(id, rewards);
    }

    /** The context of task 6 is the end and question 2, and its target is symbol 3. */
    @Test
    void theCorpusTermLearnsTheTargetAndWhatComesBeforeIt() {
        GradedGroup group = group(6, 0, 0);
        assertThat(text(2, group)).containsExactly(new SupervisedExample(new int[] {8}, new int[] {6, 3}));
        assertThat(text(9, group)).isEqualTo(text(2, group));
        assertThat(text(1, group)).containsExactly(new SupervisedExample(new int[] {6}, new int[] {3}));
        assertThat(text(2, group, group(5, 1, 0), group))
                .containsExactly(
                        new SupervisedExample(new int[] {8}, new int[] {6, 3}),
                        new SupervisedExample(new int[] {8}, new int[] {5, 2}));
        assertThat(of(Objective.GRPO, TruncationHandling.KEEP, group).text()).isEmpty();
        PredictionTask longer = PredictionTask.builder(9, "doc", 2)
                .context(new int[] {8, 6})
                .continuation(3, 8, 5)
                .truth(TinyWorld.task(6).truth())
                .build();
        assertThat(text(4, Groups.of(longer, 0, 0, 0)))
                .containsExactly(new SupervisedExample(new int[] {8}, new int[] {6, 3, 8, 5}));
    }

    private static List<SupervisedExample> text(int tokens, GradedGroup... groups) {
        Objective beside =
                Objective.GRPO.toBuilder().corpus(new CorpusTerm(0.1, tokens)).build();
        return of(beside, TruncationHandling.KEEP, groups).text();
    }
}
