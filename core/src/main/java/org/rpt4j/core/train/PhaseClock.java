package org.rpt4j.core.train;

import java.util.List;
import java.util.function.Supplier;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.PhaseSpan;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.SampledGroup;

/** Times the phases of one step, some of which may occur several times, and reports them to JFR. */
final class PhaseClock {

    /** The last phase. */
    @FunctionalInterface
    interface Update {
        UpdateMetrics run() throws StepSkippedException;
    }

    private final long step;
    private final Stopwatch watch = new Stopwatch();
    private double rollout;
    private double reward;

    PhaseClock(long step) {
        this.step = step;
    }

    List<SampledGroup> rollout(Supplier<List<SampledGroup>> phase) {
        try (PhaseSpan span = PhaseSpan.begin(Phase.ROLLOUT, step)) {
            List<SampledGroup> groups = phase.get();
            long tokens = groups.stream()
                    .flatMap(group -> group.rollouts().stream())
                    .mapToLong(rollout -> rollout.length())
                    .sum();
            span.count(groups.size(), tokens);
            rollout += watch.lap();
            return groups;
        }
    }

    List<GradedGroup> reward(Supplier<List<GradedGroup>> phase) {
        try (PhaseSpan span = PhaseSpan.begin(Phase.REWARD, step)) {
            List<GradedGroup> groups = phase.get();
            span.count(groups.size(), 0);
            reward += watch.lap();
            return groups;
        }
    }

    UpdateMetrics update(Update phase) throws StepSkippedException {
        try (PhaseSpan span = PhaseSpan.begin(Phase.UPDATE, step)) {
            UpdateMetrics metrics = phase.run();
            span.count(metrics.microBatches(), metrics.tokensTrained());
            return metrics;
        }
    }

    /** The phases so far; the time since the last rewards counts as the update. */
    StepMetrics.PhaseSeconds seconds() {
        return new StepMetrics.PhaseSeconds(rollout, reward, watch.lap());
    }
}
