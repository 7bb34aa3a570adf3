package org.rpt4j.api;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory that one open model needs: what it holds permanently, and what each call needs on top and then frees. All
 * numbers are bytes. Immutable.
 *
 * @param device the device that holds the memory
 * @param kept memory held from one call to the next
 * @param during additional memory that each workload needs, in the order of the workloads
 * @param limit the backend's own memory limit for all of its models, if it has one
 * @since 0.1.0
 */
public record MemoryEstimate(
        Device device, Map<MemoryUse, Long> kept, List<Map<MemoryUse, Long>> during, Optional<Limit> limit) {

    /**
     * A backend's own memory limit.
     *
     * @param bytes limit for all models that are open at the same time
     * @param setting name of the setting that changes the limit, for messages
     */
    public record Limit(long bytes, String setting) {}

    public MemoryEstimate {
        kept = Map.copyOf(kept);
        during = during.stream().map(Map::copyOf).toList();
    }

    /** Bytes held from one call to the next. */
    public long keptBytes() {
        return sum(kept);
    }

    /** Peak bytes during a workload, including what is kept. */
    public long peakBytes(int workload) {
        return keptBytes() + sum(during.get(workload));
    }

    /** Peak bytes during a workload by use, including what is kept. */
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
