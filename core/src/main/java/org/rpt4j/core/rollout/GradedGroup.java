package org.rpt4j.core.rollout;

import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.core.objective.Advantage;

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

    /** Whether there are at least two rewards and they differ, so that the group can teach anything by itself. */
    public boolean isMixed() {
        double[] rewards = rewards();
        return rewards.length >= 2 && Advantage.isMixed(rewards);
    }

    /** Version of the weights that sampled the group. */
    public long policyVersion() {
        return rollouts.get(0).rollout().policyVersion();
    }

    /** The group with the versions of its rollouts moved, for weights that are counted from another beginning. */
    public GradedGroup withVersionsPlus(long offset) {
        return new GradedGroup(
                task,
                prompt,
                rollouts.stream().map(graded -> graded.withVersionPlus(offset)).toList());
    }

    /** The rewards of {@link #scored()}. */
    public double[] rewards() {
        return scored().stream().mapToDouble(r -> r.score().reward()).toArray();
    }
}
