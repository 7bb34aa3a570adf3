package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {

    @TempDir
    private Path folder;

    @Test
    void fileCachesThatGiveWayAreAvailable() throws IOException {
        Path file = Files.writeString(
                folder.resolve("meminfo"), "MemTotal:  4000 kB\nMemFree:  100 kB\nMemAvailable:   3000 kB\n");
        assertThat(AvailableMemory.ofMachine(file))
                .contains(new AvailableMemory(3000 << 10, "MemAvailable of " + file));
    }

    @Test
    void anOldKernelDoesNotSay() throws IOException {
        Path file = Files.writeString(folder.resolve("meminfo"), "MemTotal:  4000 kB\nMemFree:  100 kB\n");
        assertThat(AvailableMemory.ofMachine(file)).isEmpty();
        assertThat(AvailableMemory.ofMachine(folder.resolve("none"))).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineSays() {
        assertThat(AvailableMemory.find())
                .hasValueSatisfying(memory -> assertThat(memory.bytes()).isPositive());
    }
}
