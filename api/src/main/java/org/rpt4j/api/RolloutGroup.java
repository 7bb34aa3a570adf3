package org.rpt4j.api;

import java.util.List;

/**
 * The rollouts of one prompt. Groups are told apart by the prompt's id, never by equal tokens.
 *
 * @param prompt what they were sampled from
 * @param rollouts members 0..G-1 in order
 */
public record RolloutGroup(Prompt prompt, List<Rollout> rollouts) {

    public RolloutGroup {
        rollouts = List.copyOf(rollouts);
    }
}
