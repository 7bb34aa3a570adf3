package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the steps of a run.
 *
 * @param objective name of what is optimised
 * @param start what the run continues from
 * @param steps step to stop before
 * @param maxSkippedSteps numerical skips that are allowed
 * @param listeners who is told
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
