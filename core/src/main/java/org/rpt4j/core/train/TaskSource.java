package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.PredictionTask;

/**
 * Where training tasks come from. A pure function of the step, so that a resumed run sees the tasks that an
 * uninterrupted one would have seen.
 */
@FunctionalInterface
public interface TaskSource {

    /**
     * The tasks of one step.
     *
     * @param step number of the step, from 0
     * @param size how many are wanted
     * @return at least one task
     */
    List<PredictionTask> batch(long step, int size);
}
