package org.rpt4j.run.launch;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.spi.kit.AvailableMemory;

/**
 * What the machine has.
 *
 * @param memory bytes of free memory, within the limits of a container
 * @param heap bytes of the Java heap beyond what survived the last collection
 * @param disk bytes free where the run writes; empty if it writes nowhere, or the system does not say
 */
record Machine(long memory, long heap, Optional<Long> disk) {

    static Machine here(Optional<Path> directory) {
        long memory = AvailableMemory.find()
                .map(AvailableMemory::bytes)
                .orElseGet(() -> ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getFreeMemorySize());
        return new Machine(memory, freeHeap(), directory.flatMap(Machine::usable));
    }

    private static long freeHeap() {
        long survived = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        return Runtime.getRuntime().maxMemory() - survived;
    }

    private static Optional<Long> usable(Path directory) {
        @Nullable Path there = directory.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there == null
                    ? Optional.empty()
                    : Optional.of(Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
