package org.rpt4j.core.task;

import java.util.List;
import org.rpt4j.api.PredictionTask;

/**
 * The source of training tasks. A pure function of the batch number, so that a resumed run sees the same tasks as an
 * uninterrupted one.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskSource {

    /**
     * The tasks of one batch. The first batch of step s has the number s; dynamic sampling requests further ones with
     * {@link #batchNumber}.
     *
     * @param step number of the batch, from 0
     * @param size number of requested tasks; the same in all calls of a run
     * @return at least one task
     */
    List<PredictionTask> batch(long step, int size);

    /**
     * The batch number of one round of a step: the step itself in round 0; for later rounds a number far beyond the
     * steps of any run.
     */
    static long batchNumber(long step, int round) {
        return step + ((long) round << 32);
    }
}
