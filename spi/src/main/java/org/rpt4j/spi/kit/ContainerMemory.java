package org.rpt4j.spi.kit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the control groups of Linux leave to this process: the least that is left of any limit from its own group
 * up to the root. Pages of files that can be dropped count as free. Both versions of the interface.
 */
final class ContainerMemory {

    private static final Path PROCESS_GROUPS = Path.of("/proc/self/cgroup");
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /**
     * Names of the files of a version.
     *
     * @param limit most bytes of a group
     * @param usage bytes that it has
     * @param droppable line of its statistics with the pages that can be dropped
     */
    private record Version(String limit, String usage, String droppable) {}

    private static final Version ONE =
            new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    private static final Version TWO = new Version("memory.max", "memory.current", "inactive_file");

    private ContainerMemory() {}

    /** What is left; nothing where there are no limits. */
    static Optional<AvailableMemory> left() {
        return left(PROCESS_GROUPS, GROUPS);
    }

    /**
     * As {@link #left()}, for tests.
     *
     * @param processGroups lists the groups of the process
     * @param groups where they are mounted
     */
    static Optional<AvailableMemory> left(Path processGroups, Path groups) {
        return AvailableMemory.lines(processGroups).stream()
                .map(line -> line.split(":", 3))
                .filter(fields -> fields.length == 3)
                .flatMap(fields -> switch (fields[1]) {
                    case "memory" -> left(groups.resolve("memory"), fields[2], ONE);
                    case "" -> left(groups, fields[2], TWO);
                    default -> Stream.empty();
                })
                .min(Comparator.comparingLong(AvailableMemory::bytes));
    }

    private static Stream<AvailableMemory> left(Path root, String group, Version version) {
        // Inside of a container, its own group is mounted as the root.
        @Nullable Path path = Path.of("/").relativize(Path.of("/" + group).normalize());
        List<Path> upwards = new ArrayList<>();
        for (; path != null; path = path.getParent()) {
            upwards.add(root.resolve(path));
        }
        upwards.add(root);
        return upwards.stream().flatMap(directory -> leftOf(directory, version).stream());
    }

    private static Optional<AvailableMemory> leftOf(Path directory, Version version) {
        OptionalLong limit = number(directory.resolve(version.limit()));
        OptionalLong usage = number(directory.resolve(version.usage()));
        if (limit.isEmpty() || usage.isEmpty()) {
            return Optional.empty();
        }
        long droppable = AvailableMemory.lines(directory.resolve("memory.stat")).stream()
                .filter(line -> line.matches(version.droppable() + " \\d{1,18}"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(version.droppable().length() + 1)))
                .sum();
        long left = Math.max(0, limit.getAsLong() - Math.max(0, usage.getAsLong() - droppable));
        return Optional.of(new AvailableMemory(
                left, version.limit() + " less " + version.usage() + " of " + directory.normalize()));
    }

    private static OptionalLong number(Path file) {
        return AvailableMemory.lines(file).stream()
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
