package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {

    @TempDir
    private Path folder;

    private Path process;

    private void write(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void isIn(String groups) throws IOException {
        process = Files.writeString(folder.resolve("groups"), groups);
    }

    @Test
    void theTightestLimitOnTheWayUpCounts() throws IOException {
        isIn("0::/pod/app\n");
        write("pod/app/memory.max", "max\n");
        write("pod/app/memory.current", "100\n");
        write("pod/memory.max", "1000\n");
        write("pod/memory.current", "700\n");
        write("pod/memory.stat", "anon 400\ninactive_file 250\nactive_file 50\n");
        write("memory.max", "5000\n");
        write("memory.current", "3000\n");

        assertThat(ContainerMemory.left(process, folder).map(AvailableMemory::bytes))
                .contains(550L);
        assertThat(ContainerMemory.left(process, folder).orElseThrow().source())
                .isEqualTo("memory.max less memory.current of " + folder.resolve("pod"));
    }

    @Test
    void theFirstVersionHasOtherNames() throws IOException {
        isIn("5:cpu:/\n4:memory:/docker/1\n0::/\n");
        write("memory/docker/1/memory.limit_in_bytes", "1000\n");
        write("memory/docker/1/memory.usage_in_bytes", "900\n");
        write("memory/docker/1/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");

        assertThat(ContainerMemory.left(process, folder).map(AvailableMemory::bytes))
                .contains(400L);
    }

    @Test
    void aContainerSeesItsOwnGroupAsTheRoot() throws IOException {
        isIn("0::/../../elsewhere\n");
        write("memory.max", "1000\n");
        write("memory.current", "2000\n");

        assertThat(ContainerMemory.left(process, folder).map(AvailableMemory::bytes))
                .contains(0L);
    }

    @Test
    void withoutLimitsThereIsNothingToTell() throws IOException {
        isIn("0::/\nnonsense\n4:memory:/x\n");
        write("memory/memory.limit_in_bytes", "not a number\n");

        assertThat(ContainerMemory.left(process, folder)).isEmpty();
        assertThat(ContainerMemory.left(folder.resolve("none"), folder)).isEmpty();
    }
}
