package org.rpt4j.core.train;

import java.util.List;
import java.util.stream.Stream;

/**
 * Splits the groups of a step into passes that fit a token budget. A group stays whole, so that its prompt is computed
 * once, unless it exceeds the budget by itself; then it is split between members and its prompt is computed once per
 * part. Every split gives the same sum of gradients.
 */
final class MicroBatches {

    private MicroBatches() {}

    /** The micro-batches of a step, in the order of the groups. One prompt with one completion is never split. */
    public static List<MicroBatch> split(List<LearningGroup> groups, int tokenBudget) {
        List<LearningGroup> parts =
                groups.stream().flatMap(group -> divide(group, tokenBudget)).toList();
        return TokenBudget.pack(parts, LearningGroup::tokenCount, tokenBudget).stream()
                .map(MicroBatch::new)
                .toList();
    }

    private static Stream<LearningGroup> divide(LearningGroup group, int tokenBudget) {
        int room = tokenBudget - group.prompt().tokens().length;
        return TokenBudget.pack(group.members(), member -> member.rollout().length(), room).stream()
                .map(members -> new LearningGroup(group.prompt(), members, group.keyTokens()));
    }
}
