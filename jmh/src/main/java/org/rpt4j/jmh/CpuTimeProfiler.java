package org.rpt4j.jmh;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports how many cores the process keeps busy: its CPU time, waiting by spinning included, by the time that passes.
 * Tokens per second divided by it are tokens per CPU second, in which engines compare that use different numbers of
 * threads. Empty where the system does not count CPU time.
 */
public final class CpuTimeProfiler implements InternalProfiler {

    private Duration cpuAtStart = Duration.ZERO;
    private long start;

    @Override
    public String getDescription() {
        return "Cores that the process keeps busy";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        cpuAtStart = cpu();
        start = System.nanoTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Duration cpu = cpu().minus(cpuAtStart);
        if (cpu.isZero()) {
            return List.of();
        }
        double cores = cpu.toNanos() / (double) (System.nanoTime() - start);
        return List.of(new ScalarResult("busy-cores", cores, "cores", AggregationPolicy.AVG));
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
