package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.rpt4j.backend.djl.torchscript.ProductScript;

/** Measures how fast libtorch multiplies large matrices on a device; runs on the engine thread. */
final class MatrixSpeed {

    private static final int CPU_SIZE = 1024;
    private static final int GPU_SIZE = 8192;
    private static final long NANOS = 500_000_000;
    private static final int LEAST_RUNS = 3;

    private MatrixSpeed() {}

    /**
     * Returns the floating-point operations per second of the fastest of several products.
     *
     * @param typeCode libtorch's code of the type to multiply
     */
    static double measure(ai.djl.Device device, int typeCode) throws IOException {
        int size = device.isGpu() ? GPU_SIZE : CPU_SIZE;
        try (NDManager manager = TorchEngine.start().newBaseManager(device);
                Script script = new Script(manager, ProductScript.archive())) {
            NDArray ones = manager.ones(new Shape(size, size));
            NDArray matrix = script.callOne(manager, false, "cast", new long[] {typeCode}, ones);
            multiply(manager, script, matrix);
            long least = Long.MAX_VALUE;
            long end = System.nanoTime() + NANOS;
            for (int run = 0; run < LEAST_RUNS || System.nanoTime() < end; run++) {
                long start = System.nanoTime();
                multiply(manager, script, matrix);
                least = Math.min(least, System.nanoTime() - start);
            }
            return 2.0 * size * size * size / least * 1e9;
        }
    }

    /** Reading a number of the product waits for the device. */
    private static void multiply(NDManager manager, Script script, NDArray matrix) {
        try (NDManager scope = manager.newSubManager()) {
            script.callOne(scope, false, "product", new long[0], matrix).toFloatArray();
        }
    }
}
