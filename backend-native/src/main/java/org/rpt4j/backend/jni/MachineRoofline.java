package org.rpt4j.backend.jni;

import java.util.Optional;
import org.rpt4j.api.Precision;
import org.rpt4j.spi.Availability;

/**
 * What this machine can do with the kernels of the native engine, for benchmarks to print beside their figures.
 *
 * @param gflops arithmetic of products whose operands stay in the cache, 10^9 operations per second
 * @param gigabytes reading of memory that no cache holds, 10^9 bytes per second
 */
public record MachineRoofline(double gflops, double gigabytes) {

    private static final double GIGA = 1e9;

    /**
     * Measures for about a second, on an engine of its own, and takes 512 MiB meanwhile.
     *
     * @param threads of the engine, 0 for as many as there are processors
     * @return empty if the native engine is not available here
     */
    public static Optional<MachineRoofline> measure(Precision precision, int threads) {
        if (!(new NativeBackendProvider().availability() instanceof Availability.Available)) {
            return Optional.empty();
        }
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        long engine = NativeEngine.openEngine(count, null, Long.MAX_VALUE, "no limit");
        try {
            return Optional.of(new MachineRoofline(
                    NativeEngine.measureProducts(
                                    engine, Arithmetic.of(precision).name())
                            / GIGA,
                    NativeEngine.measureReading(engine) / GIGA));
        } finally {
            NativeEngine.closeEngine(engine);
        }
    }
}
