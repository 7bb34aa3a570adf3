package org.rpt4j.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.BackendMemoryException;

/**
 * Compares what models take outside of the heap with what the container of an executor has for it, before a call
 * starts: the cluster manager kills a container that takes more, without a word about why. Thread-safe.
 */
final class ExecutorMemory {

    /** Class metadata, compiled code, threads and network buffers of the JVM itself. */
    private static final long JVM_MIB = 256;

    private static final long DEFAULT_OVERHEAD_MIB = 384;
    private static final double DEFAULT_FACTOR = 0.1;

    private final Budget budget;
    private final String owner;
    private final Function<Workload, Optional<MemoryEstimate>> estimates;
    private @Nullable Workload checked;

    /** What the models that are open at the same time may take. Thread-safe. */
    static final class Budget {

        private final long mib;
        private final Map<String, Long> kept = new HashMap<>();

        /** @param mib room outside of the heap; negative if nothing bounds it */
        private Budget(long mib) {
            this.mib = mib;
        }

        /** The budget of a cluster; a local master has no containers. */
        static Budget of(SparkConf conf, boolean local) {
            if (local) {
                return new Budget(-1);
            }
            long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
            double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
            long byDefault = Math.max(DEFAULT_OVERHEAD_MIB, (long) (heap * factor));
            return new Budget(
                    conf.contains("spark.executor.memoryOverhead")
                            ? conf.getSizeAsMb("spark.executor.memoryOverhead")
                            : byDefault);
        }

        private synchronized void require(String owner, MemoryEstimate estimate) {
            if (mib < 0 || !estimate.device().equals(Device.CPU)) {
                return;
            }
            kept.put(owner, estimate.keptBytes());
            long others = kept.values().stream().mapToLong(Long::longValue).sum() - estimate.keptBytes();
            long needed = mib(others + estimate.peakBytes(0)) + JVM_MIB;
            if (needed > mib) {
                throw new BackendMemoryException("an executor needs " + needed + " MiB outside of its heap (this call "
                        + mib(estimate.peakBytes(0)) + " MiB, other open models " + mib(others) + " MiB, the JVM "
                        + JVM_MIB + " MiB) and has " + mib + " MiB. Set spark.executor.memoryOverhead to at least "
                        + needed + "m, lower max-tokens or max-sequences, or let a task have fewer prompts or"
                        + " sequences.");
            }
        }

        private synchronized void forget(String owner) {
            kept.remove(owner);
        }

        private static long mib(long bytes) {
            return (bytes + (1 << 20) - 1) >> 20;
        }
    }

    /**
     * The memory of one model.
     *
     * @param owner its policy or scorer
     * @param estimates of the backend; empty if it cannot tell
     */
    ExecutorMemory(Budget budget, String owner, Function<Workload, Optional<MemoryEstimate>> estimates) {
        this.budget = budget;
        this.owner = owner;
        this.estimates = estimates;
    }

    /**
     * Checks a call of this size, unless a larger one was checked.
     *
     * @throws BackendMemoryException if it does not fit
     */
    synchronized void require(Workload work) {
        if (budget.mib >= 0 && (checked == null || !covers(checked, work))) {
            estimates.apply(work).ifPresent(estimate -> budget.require(owner, estimate));
            checked = work;
        }
    }

    private static boolean covers(Workload larger, Workload work) {
        return larger.operation() == work.operation()
                && larger.prompts() >= work.prompts()
                && larger.completions() >= work.completions()
                && larger.promptTokens() >= work.promptTokens()
                && larger.completionTokens() >= work.completionTokens();
    }

    /** The model is closed. */
    void forget() {
        budget.forget(owner);
    }
}
