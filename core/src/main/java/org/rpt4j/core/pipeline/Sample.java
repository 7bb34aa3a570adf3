package org.rpt4j.core.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.dataset.StoredTasks;

/**
 * A pseudo-random sample of tasks by their ids, in memory proportional to the sample.
 *
 * @param count at most this many tasks
 * @param seed of the choice
 */
record Sample(int count, long seed) {

    private record Candidate(long key, int index) {}

    /** Those whose keys are the lowest, in the order of their keys. */
    List<PredictionTask> of(List<PredictionTask> tasks) {
        Comparator<Candidate> lowest = Comparator.comparingLong(Candidate::key).thenComparingInt(Candidate::index);
        PriorityQueue<Candidate> kept = new PriorityQueue<>(lowest.reversed());
        int[] index = {0};
        StoredTasks.ids(tasks).forEachOrdered(id -> {
            Candidate next = new Candidate(CounterRandom.bits(seed, id), index[0]++);
            Candidate highest = kept.peek();
            if (kept.size() < count) {
                kept.add(next);
            } else if (highest != null && lowest.compare(next, highest) < 0) {
                kept.remove();
                kept.add(next);
            }
        });
        return kept.stream()
                .sorted(lowest)
                .map(candidate -> tasks.get(candidate.index()))
                .toList();
    }
}
