package org.rpt4j.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What is watched, and how much of it a step may take and keep. */
enum Quantity {
    /** Bytes of the heap that are reachable. The objects of one forgotten callback are more than this per step. */
    HEAP("heap after GC", "bytes", 64),
    /** Bytes of the process in memory. A leak of one KiB per step is 2 MB per 2000 steps, a page every fourth step. */
    RESIDENT("resident memory", "bytes", 1024),
    /** What the engine itself counts: bytes or tensors. It is exact, so nothing may be left. */
    ENGINE("engine's own count", "units", 0),
    /** Open files, sockets and pipes. Less than one in a thousand steps. */
    HANDLES("file handles", "handles", 1e-3),
    /** Threads of the operating system, which are more than those of Java. */
    THREADS("threads", "threads", 1e-3);

    private static final Path PROCESS = Path.of("/proc/self");
    private static final int COLLECTIONS = 3;
    private static final long PAUSE_NANOS = 20_000_000;

    final String label;
    final String unit;
    final double limitPerStep;

    Quantity(String label, String unit, double limitPerStep) {
        this.label = label;
        this.unit = unit;
        this.limitPerStep = limitPerStep;
    }

    /** Whether this system shows what its processes hold. */
    static boolean observable() {
        return Files.isReadable(PROCESS.resolve("status"));
    }

    /**
     * Bytes of the heap that survive collections. What a cleaner or a finaliser has to see first goes with the one
     * after.
     */
    static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static long resident() {
        return status("VmRSS:");
    }

    /** Bytes that a field of this process's status tells. */
    static long status(String field) {
        try (Stream<String> lines = Files.lines(PROCESS.resolve("status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long handles() {
        return entries("fd");
    }

    static long threads() {
        return entries("task");
    }

    private static long entries(String folder) {
        try (Stream<Path> entries = Files.list(PROCESS.resolve(folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
