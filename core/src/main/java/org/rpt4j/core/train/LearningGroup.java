package org.rpt4j.core.train;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;

/**
 * The rollouts of one prompt to learn from.
 *
 * @param prompt the shared prompt
 * @param members rollouts with their advantages
 * @param keyTokens what is added to the advantage of every token with this id
 */
record LearningGroup(Prompt prompt, List<Member> members, Map<Integer, Double> keyTokens) {

    /**
     * A rollout with its reward and advantage.
     *
     * @param rollout the sampled rollout
     * @param reward reward from the verifier
     * @param advantage advantage, the same for all tokens but for {@link LearningGroup#keyTokens}
     * @param hit whether its prediction was right
     */
    public record Member(Rollout rollout, double reward, double advantage, boolean hit) {}

    public LearningGroup {
        members = List.copyOf(members);
        keyTokens = Map.copyOf(keyTokens);
    }

    /** A group in which all tokens of a rollout have its advantage. */
    LearningGroup(Prompt prompt, List<Member> members) {
        this(prompt, members, Map.of());
    }

    /** The advantage of a token of a member. */
    double advantage(Member member, int position) {
        return member.advantage() + keyTokens.getOrDefault(member.rollout().tokens()[position], 0.0);
    }

    /** Number of tokens that a backend computes: the prompt once plus all completions. */
    public int tokenCount() {
        return prompt.tokens().length
                + members.stream().mapToInt(m -> m.rollout().length()).sum();
    }
}
