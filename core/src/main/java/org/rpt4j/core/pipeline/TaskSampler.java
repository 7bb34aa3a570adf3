package org.rpt4j.core.pipeline;

import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.PredictionTask;

/**
 * Supplies tasks indefinitely. Every epoch is another order in which no task occurs twice; tasks that do not fill the
 * last batch are left out of that epoch. A batch is a pure function of seed, step and size, computed in time
 * proportional to its size, so a run can be resumed at any step and dynamic sampling can ask for any round. Thread-safe.
 */
final class TaskSampler {

    private final List<PredictionTask> tasks;
    private final long seed;

    /**
     * Creates a sampler over at least one task, in an order given by the seed.
     *
     * @param tasks immutable
     */
    TaskSampler(List<PredictionTask> tasks, long seed) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks is empty; there is nothing to sample from");
        }
        this.tasks = tasks;
        this.seed = seed;
    }

    /**
     * The batch of a step, with distinct tasks.
     *
     * @param step step, from 0
     * @param size number of tasks, at most the number that exist
     */
    List<PredictionTask> batch(long step, int size) {
        if (step < 0) {
            throw new IllegalArgumentException("step is " + step + ", must not be negative");
        }
        if (size < 1 || size > tasks.size()) {
            throw new IllegalArgumentException(
                    "size is " + size + ", must be between 1 and " + tasks.size() + ", the number of tasks");
        }
        int batchesPerEpoch = tasks.size() / size;
        int start = (int) (step % batchesPerEpoch) * size;
        IndexPermutation order = new IndexPermutation(tasks.size(), seed, step / batchesPerEpoch);
        return IntStream.range(start, start + size)
                .map(order::at)
                .mapToObj(tasks::get)
                .toList();
    }
}
