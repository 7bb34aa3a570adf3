package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;

/**
 * Rollouts of one prompt that are to be learned from.
 *
 * @param prompt the shared prompt
 * @param members rollouts with their advantages
 */
record LearningGroup(Prompt prompt, List<Member> members) {

    /**
     * A rollout and how much better than its group it was.
     *
     * @param rollout what was sampled
     * @param reward what the verifier gave it
     * @param advantage the same for all its tokens
     */
    public record Member(Rollout rollout, double reward, double advantage) {}

    public LearningGroup {
        members = List.copyOf(members);
    }

    /** Tokens that a backend has to compute: the prompt once plus all completions. */
    public int tokenCount() {
        return prompt.tokens().length
                + members.stream().mapToInt(m -> m.rollout().length()).sum();
    }
}
