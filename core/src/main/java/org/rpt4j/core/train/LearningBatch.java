package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.KeyTokens;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * The data that one step learns from: the groups with a gradient, and the totals of the whole step, fixed before the
 * split into micro-batches.
 *
 * @param live groups with at least one rollout whose gradient is not zero by construction
 * @param text corpus text that is learned beside them, one example per task
 * @param totals totals of the step, including groups without a gradient unless the objective leaves them out
 * @param meanAbsoluteAdvantage mean of |A| over the rollouts that take part in the loss; 0 if there are none
 */
record LearningBatch(
        List<LearningGroup> live, List<SupervisedExample> text, BatchTotals totals, double meanAbsoluteAdvantage) {

    public LearningBatch {
        live = List.copyOf(live);
        text = List.copyOf(text);
    }

    /**
     * Computes the advantages of every group and decides which rollouts take part.
     *
     * @param groups groups of the step; groups with fewer than two rewards are left out
     * @param step the step, on which the length budget depends
     */
    static LearningBatch of(List<GradedGroup> groups, RptSettings settings, long step) {
        Objective objective = settings.objective();
        int maxTokens = settings.sampling().maxTokens();
        List<Candidate> candidates = groups.stream()
                .filter(group -> group.rewards().length >= 2)
                .filter(group -> !objective.mixedGroupsOnly() || Advantage.isMixed(group.rewards()))
                .map(group -> Candidate.of(group, settings, step))
                .toList();
        int[] lengths = candidates.stream()
                .flatMapToInt(c -> Arrays.stream(c.lengths()))
                .toArray();
        double[] advantages = objective
                .normalisation()
                .of(
                        candidates.stream()
                                .flatMapToDouble(c -> Arrays.stream(c.advantages))
                                .toArray(),
                        lengths,
                        candidates.stream()
                                .flatMapToDouble(c -> Arrays.stream(c.rewards))
                                .toArray());
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] *= objective.rewardWeight();
        }
        return new LearningBatch(
                live(candidates, advantages, settings),
                objective.corpus().weight() > 0
                        ? text(groups, objective.corpus().tokens())
                        : List.of(),
                new BatchTotals(
                        lengths.length, Arrays.stream(lengths).asLongStream().sum(), maxTokens),
                Arrays.stream(advantages).map(Math::abs).average().orElse(0));
    }

    private static List<LearningGroup> live(List<Candidate> candidates, double[] advantages, RptSettings settings) {
        Objective objective = settings.objective();
        boolean comparesTheStep = objective.normalisation().comparesGroups();
        List<LearningGroup> live = new ArrayList<>();
        int from = 0;
        for (Candidate candidate : candidates) {
            double[] own = Arrays.copyOfRange(advantages, from, from + candidate.rollouts.size());
            from += own.length;
            boolean differs = Advantage.isMixed(candidate.rewards) || comparesTheStep;
            boolean pushed = differs && Arrays.stream(own).anyMatch(a -> a != 0);
            if (own.length > 0 && (pushed || candidate.isTaught(objective.loss()))) {
                live.add(candidate.with(own, keyTokens(candidate.group, settings)));
            }
        }
        return live;
    }

    /** What is added to the advantages of a group, token by token. Tokens that end a completion add nothing. */
    private static Map<Integer, Double> keyTokens(GradedGroup group, RptSettings settings) {
        double factor =
                settings.objective().keyTokenWeight() * settings.objective().rewardWeight();
        if (factor == 0) {
            return Map.of();
        }
        List<GradedRollout> scored = group.scored();
        Map<Integer, Double> values = KeyTokens.of(
                scored.stream().map(r -> r.rollout().tokens()).toList(),
                scored.stream().map(GradedRollout::isHit).toList(),
                settings.sampling().stopTokens());
        values.replaceAll((token, value) -> factor * value);
        return values;
    }

    /** Context and continuation of each task, of which the last {@code learned} tokens are learned; a task counts once. */
    private static List<SupervisedExample> text(List<GradedGroup> groups, int learned) {
        Map<Long, SupervisedExample> examples = new LinkedHashMap<>();
        for (GradedGroup group : groups) {
            int[] whole = IntStream.concat(
                            Arrays.stream(group.task().context()),
                            Arrays.stream(group.task().continuation()))
                    .toArray();
            int[] window = Arrays.copyOfRange(whole, Math.max(0, whole.length - learned - 1), whole.length);
            examples.putIfAbsent(group.task().id(), SupervisedExample.document(window));
        }
        return List.copyOf(examples.values());
    }

    /** A group before the normalisation over the step. */
    private static final class Candidate {

        private final GradedGroup group;
        private final List<GradedRollout> rollouts;
        private final double[] advantages;
        private final double[] rewards;

        /**
         * @param rollouts members that take part in the loss
         * @param advantages advantage of each of them within the group
         * @param rewards reward of every member, including length penalties
         */
        private Candidate(GradedGroup group, List<GradedRollout> rollouts, double[] advantages, double[] rewards) {
            this.group = group;
            this.rollouts = rollouts;
            this.advantages = advantages;
            this.rewards = rewards;
        }

        static Candidate of(GradedGroup group, RptSettings settings, long step) {
            TruncationHandling truncation = settings.truncation();
            double way = (double) step / settings.steps();
            List<GradedRollout> scored = group.scored();
            double[] rewards = group.rewards();
            int[] lengths = new int[rewards.length];
            for (int i = 0; i < rewards.length; i++) {
                lengths[i] = scored.get(i).rollout().length();
                rewards[i] += truncation.of(lengths[i], settings.sampling().maxTokens(), way);
            }
            double[] all = settings.objective().advantage().of(rewards, lengths);
            int[] kept = IntStream.range(0, all.length)
                    .filter(i ->
                            !truncation.masked() || !scored.get(i).rollout().truncated())
                    .toArray();
            return new Candidate(
                    group,
                    Arrays.stream(kept).mapToObj(scored::get).toList(),
                    Arrays.stream(kept).mapToDouble(i -> all[i]).toArray(),
                    rewards);
        }

        /** Whether a term other than the rewards teaches something about its rollouts. */
        boolean isTaught(PolicyLoss loss) {
            boolean penalised = loss.klWeight() > 0
                    && !(loss.klMissesOnly() && rollouts.stream().allMatch(GradedRollout::isHit));
            return penalised || loss.entropyWeight() > 0;
        }

        int[] lengths() {
            return rollouts.stream().mapToInt(r -> r.rollout().length()).toArray();
        }

        LearningGroup with(double[] finalAdvantages, Map<Integer, Double> keyTokens) {
            List<LearningGroup.Member> members = new ArrayList<>();
            for (int i = 0; i < finalAdvantages.length; i++) {
                GradedRollout graded = rollouts.get(i);
                members.add(new LearningGroup.Member(
                        graded.rollout(), graded.score().reward(), finalAdvantages[i], graded.isHit()));
            }
            return new LearningGroup(group.prompt(), members, keyTokens);
        }
    }
}
