package org.rpt4j.core.task;

import java.util.List;
import org.rpt4j.api.PredictionTask;

/**
 * Where training tasks come from. A pure function of the number of the batch, so that a resumed run sees the tasks that
 * an uninterrupted one would have seen.
 */
@FunctionalInterface
public interface TaskSource {

    /**
     * The tasks of one batch. The first batch of step s has the number s; dynamic sampling asks for further ones under
     * {@link #batchNumber}.
     *
     * @param step number of the batch, from 0
     * @param size how many are wanted; the same in all calls of a run
     * @return at least one task
     */
    List<PredictionTask> batch(long step, int size);

    /**
     * The number of the batch for one round of a step: the step itself in round 0, later rounds far beyond all steps,
     * however many a run has.
     */
    static long batchNumber(long step, int round) {
        return step + ((long) round << 32);
    }
}
