package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractionLeftoversTest {

    private static final Instant NOW = Instant.now();
    private static final Duration LONG = Duration.ofHours(25);

    @TempDir
    private Path cache;

    @AfterEach
    void restore() {
        System.clearProperty("DJL_CACHE_DIR");
    }

    @Test
    void whatAKilledStartLeftIsRemoved() throws IOException {
        Path left = extraction("pytorch/tmp17", LONG, LONG);
        Path tokenizers = extraction("tokenizers/tmp2904", LONG, LONG);

        ExtractionLeftovers.remove(cache, NOW);

        assertThat(left).doesNotExist();
        assertThat(tokenizers).doesNotExist();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        Path begun = extraction("pytorch/tmp17", Duration.ofMinutes(1), LONG);
        Path slow = extraction("pytorch/tmp18", LONG, Duration.ofMinutes(1));

        ExtractionLeftovers.remove(cache, NOW);

        assertThat(begun.resolve("libtorch_cpu.so")).exists();
        assertThat(slow.resolve("libtorch_cpu.so")).exists();
    }

    @Test
    void nothingElseIsRemoved() throws IOException {
        Path libraries = extraction("pytorch/2.7.1-cpu-linux-x86_64", LONG, LONG);
        Path named = extraction("pytorch/tmp-of-mine", LONG, LONG);
        Path above = extraction("tmp17", LONG, LONG);
        Path elsewhere = extraction("elsewhere", LONG, LONG);
        Path link = Files.createSymbolicLink(cache.resolve("pytorch/tmp99"), elsewhere);

        ExtractionLeftovers.remove(cache, NOW);

        assertThat(libraries.resolve("libtorch_cpu.so")).exists();
        assertThat(named.resolve("libtorch_cpu.so")).exists();
        assertThat(above.resolve("libtorch_cpu.so")).exists();
        assertThat(link.resolve("libtorch_cpu.so")).exists();
    }

    @Test
    void aCacheThatDoesNotExistYetIsNoError() {
        ExtractionLeftovers.remove(cache.resolve("none"), NOW);

        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void everyStartOfDjlRemovesThem() throws IOException {
        Path left = extraction("pytorch/tmp17", LONG, LONG);
        System.setProperty("DJL_CACHE_DIR", cache.toString());

        LibraryDirectories.ofDjl();

        assertThat(left).doesNotExist();
    }

    private Path extraction(String name, Duration age, Duration ageOfLibrary) throws IOException {
        Path folder = Files.createDirectories(cache.resolve(name));
        Path library = Files.writeString(folder.resolve("libtorch_cpu.so"), "library");
        Files.setLastModifiedTime(library, FileTime.from(NOW.minus(ageOfLibrary)));
        Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(age)));
        return folder;
    }
}
