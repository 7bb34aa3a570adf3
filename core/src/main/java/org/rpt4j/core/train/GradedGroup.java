package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;

/**
 * The judged rollouts of one task.
 *
 * @param task what was to be predicted
 * @param prompt what the policy was given; its id is the identity of the group
 * @param rollouts members in order, those on which the verifier abstained included
 */
public record GradedGroup(PredictionTask task, Prompt prompt, List<GradedRollout> rollouts) {

    public GradedGroup {
        rollouts = List.copyOf(rollouts);
    }

    /** The members that have a reward. */
    public List<GradedRollout> scored() {
        return rollouts.stream().filter(GradedRollout::isScored).toList();
    }

    /** The rewards of {@link #scored()}. */
    public double[] rewards() {
        return scored().stream().mapToDouble(r -> r.score().reward()).toArray();
    }
}
