package org.rpt4j.core.train;

import java.util.List;
import java.util.Optional;
import org.rpt4j.core.rollout.GradedGroup;

/**
 * The groups of one step.
 *
 * @param sampled all groups that were sampled in this step, for the metrics
 * @param learned the groups to learn from, which may include groups sampled in an earlier step
 * @param refill metrics of dynamic sampling; empty if it is off
 */
record StepGroups(List<GradedGroup> sampled, List<GradedGroup> learned, Optional<RolloutMetrics.RefillMetrics> refill) {

    StepGroups {
        sampled = List.copyOf(sampled);
        learned = List.copyOf(learned);
    }

    /** A step that learns from exactly the groups it sampled. */
    static StepGroups of(List<GradedGroup> sampled) {
        return new StepGroups(sampled, sampled, Optional.empty());
    }
}
