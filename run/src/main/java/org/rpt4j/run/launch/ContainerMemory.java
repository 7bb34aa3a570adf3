package org.rpt4j.run.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** Bytes that are left; nothing where there are no limits. */
    static OptionalLong left() {
        return left(PROCESS_GROUPS, GROUPS);
    }

    /**
     * As {@link #left()}, for tests.
     *
     * @param processGroups lists the groups of the process
     * @param groups where they are mounted
     */
    static OptionalLong left(Path processGroups, Path groups) {
        OptionalLong least = OptionalLong.empty();
        for (String line : lines(processGroups)) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[1].equals("memory")) {
                least = lesser(least, left(groups.resolve("memory"), fields[2], ONE));
            } else if (fields.length == 3 && fields[1].isEmpty()) {
                least = lesser(least, left(groups, fields[2], TWO));
            }
        }
        return least;
    }

    private static OptionalLong left(Path root, String group, Version version) {
        OptionalLong least = OptionalLong.empty();
        // Inside of a container, its own group is mounted as the root.
        @Nullable Path path = Path.of("/").relativize(Path.of("/" + group).normalize());
        while (path != null) {
            least = lesser(least, leftOf(root.resolve(path), version));
            path = path.getParent();
        }
        return lesser(least, leftOf(root, version));
    }

    private static OptionalLong leftOf(Path directory, Version version) {
        OptionalLong limit = number(directory.resolve(version.limit()));
        OptionalLong usage = number(directory.resolve(version.usage()));
        if (limit.isEmpty() || usage.isEmpty()) {
            return OptionalLong.empty();
        }
        long droppable = lines(directory.resolve("memory.stat")).stream()
                .filter(line -> line.matches(version.droppable() + " \\d{1,18}"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(version.droppable().length() + 1)))
                .sum();
        return OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, usage.getAsLong() - droppable)));
    }

    private static OptionalLong number(Path file) {
        return lines(file).stream()
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static OptionalLong lesser(OptionalLong one, OptionalLong other) {
        return Stream.of(one, other)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) && !Files.isDirectory(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
