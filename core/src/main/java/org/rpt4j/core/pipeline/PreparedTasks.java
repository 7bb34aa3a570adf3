package org.rpt4j.core.pipeline;

import java.util.Comparator;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.TaskSampler;
import org.rpt4j.core.train.TaskSource;

/**
 * The hard positions of a corpus, divided by document, so that no position of a held-out document is ever trained on.
 *
 * @param train tasks to train on, in the order of the corpus
 * @param heldOut tasks to evaluate on, in the order of the corpus
 * @param statistics what the filter saw in all documents
 */
public record PreparedTasks(List<PredictionTask> train, List<PredictionTask> heldOut, FilterStatistics statistics) {

    public PreparedTasks {
        train = List.copyOf(train);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * Deals out the training tasks for ever, in epochs; a step may ask for at most as many tasks as there are.
     *
     * @throws IllegalArgumentException if every document is held out
     */
    public TaskSource source(long seed) {
        return new TaskSampler(train, seed)::batch;
    }

    /**
     * At most {@code count} held-out tasks, chosen pseudo-randomly by their ids alone: the same tasks for every model
     * with the same vocabulary, and a larger count only adds to a smaller one.
     */
    public List<PredictionTask> heldOutSample(int count, long seed) {
        return heldOut.stream()
                .sorted(Comparator.comparingLong(task -> CounterRandom.bits(seed, task.id())))
                .limit(count)
                .toList();
    }
}
