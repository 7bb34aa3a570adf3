package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything around the steps of a run.
 *
 * @param objective name of the objective
 * @param start state that the run continues from
 * @param steps step to stop before
 * @param maxSkippedSteps allowed number of numerical skips
 * @param listeners listeners of the run
 * @param checkpoints when to save
 * @param validation what to measure; null for nothing
 */
record RunPlan(
        String objective,
        TrainerState start,
        long steps,
        int maxSkippedSteps,
        List<TrainingListener> listeners,
        Checkpoints checkpoints,
        @Nullable Validation validation) {}
