package org.rpt4j.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Peak resident memory of the process in excess of the opened model, in MiB, as counted by Linux. 0 if the system does
 * not report it.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String RESET_PEAK = "5";

    /** Returns the peak so far, in MiB. */
    public long extraMiB;

    /** Resets the peak and returns the current resident memory, in KiB. */
    static long begin() {
        System.gc();
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, RESET_PEAK);
            }
            return kib("VmRSS");
        } catch (IOException e) {
            return 0;
        }
    }

    void update(long beginKib) {
        try {
            extraMiB = beginKib == 0 ? 0 : (kib("VmHWM") - beginKib) >> 10;
        } catch (IOException e) {
            extraMiB = 0;
        }
    }

    private static long kib(String name) throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }
}
