package org.rpt4j.core.rollout;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.core.objective.Advantage;

/**
 * The judged rollouts of one task.
 *
 * @param task the prediction task
 * @param prompt the prompt of the policy; its id identifies the group
 * @param rollouts members in order, including those on which the verifier abstained
 * @since 0.1.0
 */
public record GradedGroup(PredictionTask task, Prompt prompt, List<GradedRollout> rollouts) {

    public GradedGroup {
        rollouts = List.copyOf(rollouts);
    }

    /** The members that have a reward. */
    public List<GradedRollout> scored() {
        return rollouts.stream().filter(GradedRollout::isScored).toList();
    }

    /** Whether there are at least two rewards and they differ, so that the group has a learning signal of its own. */
    public boolean isMixed() {
        double[] rewards = rewards();
        return rewards.length >= 2 && Advantage.isMixed(rewards);
    }

    /** Version of the weights that sampled the group. */
    public long policyVersion() {
        return rollouts.get(0).rollout().policyVersion();
    }

    /** A copy with shifted policy versions, for weights whose version counts from another start. */
    public GradedGroup withVersionsPlus(long offset) {
        return new GradedGroup(
                task,
                prompt,
                rollouts.stream().map(graded -> graded.withVersionPlus(offset)).toList());
    }

    @Override
    public String toString() {
        return "GradedGroup[" + task + ", rewards " + Arrays.toString(rewards()) + " of " + rollouts.size()
                + " rollouts]";
    }

    /** The rewards of {@link #scored()}. */
    public double[] rewards() {
        return scored().stream().mapToDouble(r -> r.score().reward()).toArray();
    }
}
