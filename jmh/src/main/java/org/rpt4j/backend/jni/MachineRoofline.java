package org.rpt4j.backend.jni;

import org.rpt4j.api.Precision;
import org.rpt4j.spi.Availability;

/**
 * What this machine can do with the kernels of the native engine.
 *
 * @param gflops arithmetic of products whose operands stay in the cache, 10^9 operations per second
 * @param gigabytes reading of memory that no cache holds, 10^9 bytes per second
 */
public record MachineRoofline(double gflops, double gigabytes) {

    private static final double GIGA = 1e9;

    /** Measures for about a second; zeros where the native engine was not built. */
    public static MachineRoofline measure(Precision precision, int threads) {
        if (!(new NativeBackendProvider().availability() instanceof Availability.Available)) {
            return new MachineRoofline(0, 0);
        }
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        long engine = NativeEngine.openEngine(count, null, Long.MAX_VALUE);
        try {
            return new MachineRoofline(
                    NativeEngine.measureProducts(
                                    engine, Arithmetic.of(precision).ordinal())
                            / GIGA,
                    NativeEngine.measureReading(engine) / GIGA);
        } finally {
            NativeEngine.closeEngine(engine);
        }
    }
}
