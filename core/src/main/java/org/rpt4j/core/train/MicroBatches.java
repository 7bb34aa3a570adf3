package org.rpt4j.core.train;

import java.util.List;
import java.util.stream.Stream;

/**
 * Cuts the groups of a step into passes that fit a token budget. A group stays whole, so that its prompt is computed
 * once, unless it exceeds the budget alone; then it is cut between members and its prompt is computed once per part.
 * However it is cut, the sum of the gradients is the same.
 */
final class MicroBatches {

    private MicroBatches() {}

    /** The micro-batches of a step, in the order of the groups. One prompt with one completion is never cut. */
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
                .map(members -> new LearningGroup(group.prompt(), members));
    }
}
