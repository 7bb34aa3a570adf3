package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.alarm.AlarmSettings;

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
 * @param alarms what warns
 * @param logProbGapLimit most difference between sampler and trainer, nats
 */
record RunPlan(
        String objective,
        TrainerState start,
        long steps,
        int maxSkippedSteps,
        List<TrainingListener> listeners,
        Checkpoints checkpoints,
        @Nullable Validation validation,
        AlarmSettings alarms,
        double logProbGapLimit) {}
