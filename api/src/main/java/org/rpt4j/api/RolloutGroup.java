package org.rpt4j.api;

import java.util.List;

/**
 * The rollouts of one prompt. Groups are identified by the prompt's id, never by its tokens.
 *
 * @param prompt the prompt that the rollouts were sampled from
 * @param rollouts members 0..G-1 in order
 * @since 0.1.0
 */
public record RolloutGroup(Prompt prompt, List<Rollout> rollouts) {

    public RolloutGroup {
        rollouts = List.copyOf(rollouts);
    }
}
