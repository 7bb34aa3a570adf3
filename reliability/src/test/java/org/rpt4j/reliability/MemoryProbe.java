package org.rpt4j.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.spi.Backends;

/**
 * A process that does the work of one estimate and prints the estimated and the measured bytes. Memory in use when the
 * backend has opened does not count, nor does reading the checkpoint, whose mapped pages are reclaimable.
 */
final class MemoryProbe {

    /** Resets the peak recorded by the system. */
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private static final int ROUNDS = 3;
    private static final int COLLECTIONS = 3;

    private MemoryProbe() {}

    /**
     * Runs.
     *
     * @param arguments backend, checkpoint, precision, whether to recompute, maximum sequences, then workloads as
     *     {@code TRAIN:2:4:128:96}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ModelSource model = ModelSource.directory(Path.of(arguments[1]));
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(2)
                .precision(Precision.valueOf(arguments[2]))
                .recomputeActivations(Boolean.parseBoolean(arguments[3]))
                .maxSequences(Integer.parseInt(arguments[4]))
                .build();
        List<Workload> work =
                Arrays.stream(arguments).skip(5).map(MemoryProbe::workload).toList();
        try (Backend backend = Backends.open(arguments[0], options)) {
            MemoryEstimate estimate = backend.estimateMemory(model, work).orElseThrow();
            System.gc();
            long before = Quantity.resident();
            long peak = peakOf(backend, model, work) - before;
            System.out.println(peak(estimate) + " " + peak);
        }
    }

    private static Workload workload(String text) {
        String[] parts = text.split(":");
        int[] numbers = Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
        return new Workload(Capability.valueOf(parts[0]), numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static long peak(MemoryEstimate estimate) {
        return IntStream.range(0, estimate.during().size())
                .mapToLong(estimate::peakBytes)
                .max()
                .orElse(0);
    }

    private static long peakOf(Backend backend, ModelSource model, List<Workload> work)
            throws IOException, InterruptedException {
        try (Calls calls = Calls.open(backend, model, work)) {
            releaseMappedFiles();
            Files.writeString(RESET, "5");
            for (int round = 0; round < ROUNDS; round++) {
                work.forEach(calls::make);
            }
            return Quantity.status("VmHWM:");
        }
    }

    /** The pages of the checkpoint count as resident until another thread collects their mappings. */
    private static void releaseMappedFiles() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100);
        }
    }
}
