package org.rpt4j.api;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory that one open model takes: what it keeps once it has done all of its work, and what each call needs on
 * top of that and gives back. All numbers are bytes. Immutable.
 *
 * @param device where the memory is
 * @param kept held from one call to the next
 * @param during needed by each workload on top, in the order in which the workloads were given
 * @param limit the most that the backend takes for all of its models, if it has such a limit of its own
 */
public record MemoryEstimate(
        Device device, Map<MemoryUse, Long> kept, List<Map<MemoryUse, Long>> during, Optional<Limit> limit) {

    /**
     * The most that a backend takes.
     *
     * @param bytes for all models that are open at the same time
     * @param setting the name of the setting that changes it, for messages
     */
    public record Limit(long bytes, String setting) {}

    public MemoryEstimate {
        kept = Map.copyOf(kept);
        during = during.stream().map(Map::copyOf).toList();
    }

    /** Bytes that are held from one call to the next. */
    public long keptBytes() {
        return sum(kept);
    }

    /** Bytes during a workload, what is kept included. */
    public long peakBytes(int workload) {
        return keptBytes() + sum(during.get(workload));
    }

    /** Bytes during a workload by their use, what is kept included. */
    public Map<MemoryUse, Long> peak(int workload) {
        Map<MemoryUse, Long> peak = new EnumMap<>(MemoryUse.class);
        kept.forEach((use, bytes) -> peak.merge(use, bytes, Long::sum));
        during.get(workload).forEach((use, bytes) -> peak.merge(use, bytes, Long::sum));
        return peak;
    }

    private static long sum(Map<MemoryUse, Long> uses) {
        return uses.values().stream().mapToLong(Long::longValue).sum();
    }
}
