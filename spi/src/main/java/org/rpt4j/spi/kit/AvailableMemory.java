package org.rpt4j.spi.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Memory that a process can still take without another one giving up any: what Linux calls available, which counts file
 * caches that give way, or what is left of the limit of its container, whichever is less.
 *
 * @param bytes that are available
 * @param source where that was found, for messages
 * @since 0.1.0
 */
public record AvailableMemory(long bytes, String source) {

    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable";

    /** What is available now; empty where the operating system does not say it in these places. */
    public static Optional<AvailableMemory> find() {
        return Stream.of(ofMachine(MEMINFO), ContainerMemory.left())
                .flatMap(Optional::stream)
                .min(Comparator.comparingLong(AvailableMemory::bytes));
    }

    static Optional<AvailableMemory> ofMachine(Path meminfo) {
        return lines(meminfo).stream()
                .filter(line -> line.matches(AVAILABLE + ":\\s+\\d{1,12} kB"))
                .map(line -> new AvailableMemory(
                        Long.parseLong(line.replaceAll("\\D", "")) << 10, AVAILABLE + " of " + meminfo))
                .findFirst();
    }

    static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) && !Files.isDirectory(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
