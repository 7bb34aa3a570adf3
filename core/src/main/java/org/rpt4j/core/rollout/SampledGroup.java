package org.rpt4j.core.rollout;

import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;

/**
 * The rollouts of one task, not judged yet.
 *
 * @param task the prediction task
 * @param prompt the prompt of the policy
 * @param rollouts members 0..G-1 in order
 * @since 0.1.0
 */
public record SampledGroup(PredictionTask task, Prompt prompt, List<Rollout> rollouts) {

    public SampledGroup {
        rollouts = List.copyOf(rollouts);
    }

    /** Tokens of the prompt, once, and of all rollouts: what the group cost to sample. */
    public long tokenCount() {
        return prompt.tokens().length
                + rollouts.stream().mapToLong(Rollout::length).sum();
    }
}
