package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.StorageException;

class ContentHashTest {

    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    /** FIPS 180-2, appendix B.1. */
    @Test
    void aFileHasTheStandardHash() throws IOException {
        Path file = Files.writeString(folder.resolve("abc.txt"), "abc");
        assertThat(ContentHash.of(file)).isEqualTo(ABC);
        assertThat(Artifact.of("corpus", file)).isEqualTo(new Artifact("corpus", "abc.txt", ABC));
    }

    @Test
    void aDirectoryHasTheHashOfItsSortedListing() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("model/z"));
        Files.writeString(inner.resolve("b"), "abc");
        Files.writeString(folder.resolve("model/a"), "abc");
        Path listing = Files.writeString(folder.resolve("list"), ABC + "  a\n" + ABC + "  z/b\n");
        String before = ContentHash.of(folder.resolve("model"));
        assertThat(before).isEqualTo(ContentHash.of(listing));
        Files.move(inner.resolve("b"), inner.resolve("c"));
        assertThat(ContentHash.of(folder.resolve("model"))).isNotEqualTo(before);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void aLinkToADirectoryHasTheHashOfWhatItLeadsTo() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(model.resolve("a"), "abc");
        Path link = Files.createSymbolicLink(folder.resolve("current"), model);
        assertThat(ContentHash.of(link)).isEqualTo(ContentHash.of(model));
        Files.writeString(model.resolve("a"), "abd");
        assertThat(ContentHash.of(link)).isEqualTo(ContentHash.of(model));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> ContentHash.of(folder.resolve("nothing")))
                .withMessageContaining("nothing");
    }
}
