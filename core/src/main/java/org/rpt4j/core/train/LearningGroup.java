package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;

/**
 * The rollouts of one prompt to learn from.
 *
 * @param prompt the shared prompt
 * @param members rollouts with their advantages
 */
record LearningGroup(Prompt prompt, List<Member> members) {

    /**
     * A rollout with its reward and advantage.
     *
     * @param rollout the sampled rollout
     * @param reward reward from the verifier
     * @param advantage advantage, the same for all tokens
     * @param hit whether its prediction was right
     */
    public record Member(Rollout rollout, double reward, double advantage, boolean hit) {}

    public LearningGroup {
        members = List.copyOf(members);
    }

    /** Number of tokens that a backend computes: the prompt once plus all completions. */
    public int tokenCount() {
        return prompt.tokens().length
                + members.stream().mapToInt(m -> m.rollout().length()).sum();
    }
}
