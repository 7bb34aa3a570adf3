package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.Objective;

class MicroBatchesTest {

    private static final double TEMPERATURE = 0.8;

    @Test
    void groupsStayWholeAndInOrder() {
        List<LearningGroup> groups = List.of(group(1, 4, 3, 3), group(2, 4, 2, 2), group(3, 4, 1, 1));
        List<MicroBatch> batches = MicroBatches.split(groups, 18);
        assertThat(batches)
                .extracting(MicroBatch::groups)
                .containsExactly(List.of(groups.get(0), groups.get(1)), List.of(groups.get(2)));
        assertThat(batches).extracting(MicroBatch::tokenCount).containsExactly(18, 6);
    }

    @Test
    void aGroupAboveTheBudgetIsCutBetweenMembers() {
        List<LearningGroup> groups = List.of(group(1, 4, 3, 3, 3, 3, 3), group(2, 4, 2));
        List<MicroBatch> batches = MicroBatches.split(groups, 11);
        assertThat(batches).extracting(MicroBatch::tokenCount).containsExactly(10, 10, 7, 6);
        assertThat(batches.subList(0, 3))
                .allSatisfy(b -> assertThat(b.groups())
                        .singleElement()
                        .extracting(g -> g.prompt().id())
                        .isEqualTo(1L));
        assertThat(batches.stream().flatMap(b -> b.members().stream()).toList())
                .isEqualTo(groups.stream().flatMap(g -> g.members().stream()).toList());
    }

    @Test
    void aPromptWithOneCompletionIsNeverCut() {
        List<MicroBatch> batches = MicroBatches.split(List.of(group(1, 9, 5, 5)), 3);
        assertThat(batches).extracting(MicroBatch::tokenCount).containsExactly(14, 14);
    }

    @Test
    void thePromptOfAGroupIsStoredOnce() {
        TokenBatch tokens = new MicroBatch(List.of(group(1, 4, 3, 2), group(2, 5, 1))).tokens(TEMPERATURE);
        assertThat(tokens.promptOffsets()).containsExactly(0, 4, 9);
        assertThat(tokens.groupOffsets()).containsExactly(0, 2, 3);
        assertThat(tokens.completionOffsets()).containsExactly(0, 3, 5, 6);
        assertThat(tokens.temperature()).isEqualTo(TEMPERATURE);
    }

    @Test
    void oneByEightEqualsEightByOneEqualsThreeAndFive() throws StepSkippedException, PassFailedException {
        for (Aggregation aggregation : Aggregation.values()) {
            for (int size : new int[] {1, 8}) {
                List<LearningGroup> groups = new ArrayList<>();
                for (int g = 0; g < 8; g++) {
                    int[] lengths = new int[size];
                    for (int m = 0; m < size; m++) {
                        lengths[m] = 1 + CounterRandom.below(6, g, m);
                    }
                    groups.add(group(g, 2, lengths));
                }
                double[][] whole = gradientOf(aggregation, groups, 8);
                assertThat(whole[1]).isNotEqualTo(new double[10]);
                for (int[] cut : new int[][] {{1, 1, 1, 1, 1, 1, 1, 1}, {3, 5}, {5, 3}, {2, 2, 4}}) {
                    double[][] parts = gradientOf(aggregation, groups, cut);
                    for (int i = 0; i < whole.length; i++) {
                        assertThat(parts[i]).containsExactly(whole[i], within(1e-12));
                    }
                }
            }
        }
    }

    /** The update with rate 1, which is minus the gradient. */
    private static double[][] gradientOf(Aggregation aggregation, List<LearningGroup> groups, int... cut)
            throws StepSkippedException, PassFailedException {
        Objective objective =
                Objective.GRPO.toBuilder().aggregation(aggregation).build();
        LogProbGap.Gate open = new LogProbGap.Gate(0, Double.POSITIVE_INFINITY);
        long sequences = groups.stream().mapToLong(g -> g.members().size()).sum();
        long tokens = groups.stream()
                .flatMap(g -> g.members().stream())
                .mapToLong(m -> m.rollout().length())
                .sum();
        BatchTotals totals = new BatchTotals(sequences, tokens, 6);
        List<SurrogateLoss> parts = new ArrayList<>();
        int from = 0;
        for (int size : cut) {
            MicroBatch part = new MicroBatch(groups.subList(from, from + size));
            parts.add(new SurrogateLoss(part, TEMPERATURE, totals, objective, null, open));
            from += size;
        }
        TabularPolicy policy = new TabularPolicy(10, 16);
        try (Optimizer optimizer = policy.openOptimizer(TinyWorld.RATE)) {
            new GradientStep(policy, optimizer, 1).run(parts);
        }
        assertThat(policy.backwards).isEqualTo(cut.length);
        return policy.logits;
    }

    private static LearningGroup group(long id, int promptLength, int... lengths) {
        List<LearningGroup.Member> members = new ArrayList<>();
        for (int m = 0; m < lengths.length; m++) {
            int[] tokens = new int[lengths[m]];
            double[] logProbs = new double[lengths[m]];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = CounterRandom.below(10, 7, id, m, t);
                logProbs[t] = -1 - CounterRandom.uniform(8, id, m, t, 0);
            }
            double advantage = CounterRandom.uniform(9, id, m, 0, 0) * 4 - 2;
            members.add(new LearningGroup.Member(
                    new Rollout(m, tokens, logProbs, FinishReason.STOP_TOKEN, 0), 0, advantage, false));
        }
        int[] prompt = new int[promptLength];
        Arrays.fill(prompt, 1);
        return new LearningGroup(new Prompt(id, prompt), members);
    }
}
