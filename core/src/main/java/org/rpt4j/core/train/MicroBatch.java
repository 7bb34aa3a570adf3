package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenBatch;

/**
 * The groups of one forward and backward pass.
 *
 * @param groups groups, at least one
 */
record MicroBatch(List<LearningGroup> groups) {

    public MicroBatch {
        groups = List.copyOf(groups);
    }

    /** Number of tokens that a backend computes. */
    public int tokenCount() {
        return groups.stream().mapToInt(LearningGroup::tokenCount).sum();
    }

    /** The members of all groups, in the order of {@link #tokens}. */
    public List<LearningGroup.Member> members() {
        return groups.stream().flatMap(g -> g.members().stream()).toList();
    }

    /** The batch for the policy, at the sampling temperature; completion c is member c of {@link #members()}. */
    public TokenBatch tokens(double temperature) {
        TokenBatch.Builder builder = TokenBatch.builder(temperature);
        for (LearningGroup group : groups) {
            List<int[]> completions = group.members().stream()
                    .map(LearningGroup.Member::rollout)
                    .map(Rollout::tokens)
                    .toList();
            builder.add(group.prompt().tokens(), completions);
        }
        return builder.build();
    }
}
