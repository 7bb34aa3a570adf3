package org.rpt4j.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What is observed, and how much of it a step may use and keep. */
enum Quantity {
    /** Reachable bytes of the heap. The objects of one forgotten callback exceed this per step. */
    HEAP("heap after GC", "bytes", 64),
    /** Resident bytes of the process. A leak of one KiB per step is 2 MB per 2000 steps, a page every fourth step. */
    RESIDENT("resident memory", "bytes", 1024),
    /** The engine's own count: bytes or tensors. It is exact, so nothing may remain. */
    ENGINE("engine's own count", "units", 0),
    /** Open files, sockets and pipes: fewer than one in a thousand steps. */
    HANDLES("file handles", "handles", 1e-3),
    /** Threads of the operating system, of which there are more than Java threads. */
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

    /** Returns whether this system reports what its processes hold. */
    static boolean observable() {
        return Files.isReadable(PROCESS.resolve("status"));
    }

    /**
     * Returns the bytes of the heap that survive collections. Objects with a cleaner or finaliser need a second
     * collection.
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

    /** Returns the bytes in a field of this process's status. */
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
