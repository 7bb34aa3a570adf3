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
 */
public record SampledGroup(PredictionTask task, Prompt prompt, List<Rollout> rollouts) {

    public SampledGroup {
        rollouts = List.copyOf(rollouts);
    }
}
