package org.rpt4j.core.task;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How often a policy was seen to solve tasks. Immutable; two of them can be added up, such as those of the steps of a
 * run.
 */
public final class PassRates {

    /** Nothing observed. */
    public static final PassRates NONE = new PassRates(Map.of());

    /**
     * What was observed at one task.
     *
     * @param hits rollouts that solved it
     * @param samples rollouts
     */
    public record Count(long hits, long samples) {

        public Count {
            if (samples < 1 || hits < 0 || hits > samples) {
                throw new IllegalArgumentException(hits + " hits in " + samples + " samples");
            }
        }

        private Count plus(Count other) {
            return new Count(hits + other.hits, samples + other.samples);
        }
    }

    private final Map<Long, Count> counts;

    private PassRates(Map<Long, Count> counts) {
        this.counts = Map.copyOf(counts);
    }

    /** The counts by the ids of the tasks. */
    public static PassRates of(Map<Long, Count> counts) {
        return new PassRates(counts);
    }

    /** Both together. */
    public PassRates plus(PassRates other) {
        Map<Long, Count> sum = new TreeMap<>(counts);
        other.counts.forEach((task, count) -> sum.merge(task, count, Count::plus));
        return new PassRates(sum);
    }

    /** Share of rollouts that solved a task, 0 to 1; NaN if there were none. */
    public double of(long taskId) {
        Count count = counts.get(taskId);
        return count == null ? Double.NaN : (double) count.hits() / count.samples();
    }

    /** Number of tasks. */
    public int size() {
        return counts.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PassRates rates && rates.counts.equals(counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "PassRates[", "]"));
    }
}
