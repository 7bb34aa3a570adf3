package org.rpt4j.core.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.PredictionTask;

/**
 * Supplies tasks indefinitely. Every epoch is a new shuffle in which no task occurs twice; tasks that do not fill the
 * last batch are left out of that epoch. A batch is a pure function of seed, step and size, so a run can be resumed at
 * any step. Thread-safe.
 */
final class TaskSampler {

    private record Shuffle(long epoch, List<PredictionTask> tasks) {}

    private final List<PredictionTask> tasks;
    private final long seed;
    private volatile @Nullable Shuffle latest;

    /** Creates a sampler over at least one task, in an order given by the seed. */
    TaskSampler(List<PredictionTask> tasks, long seed) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks is empty; there is nothing to sample from");
        }
        this.tasks = List.copyOf(tasks);
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
        return shuffle(step / batchesPerEpoch).subList(start, start + size);
    }

    private List<PredictionTask> shuffle(long epoch) {
        Shuffle known = latest;
        if (known == null || known.epoch() != epoch) {
            List<PredictionTask> shuffled = IntStream.range(0, tasks.size())
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> CounterRandom.bits(seed, epoch, i)))
                    .map(tasks::get)
                    .toList();
            known = new Shuffle(epoch, shuffled);
            latest = known;
        }
        return known.tasks();
    }
}
