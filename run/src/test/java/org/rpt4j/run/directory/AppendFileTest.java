package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.Sha256;

class AppendFileTest {

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void goesOnBehindAPositionAndRemovesTheRest() throws IOException {
        Path path = folder.resolve("lines");
        long position;
        try (AppendFile file = AppendFile.create(path)) {
            assertThat(file.append(bytes("one\n"))).isTrue();
            position = file.length();
            file.append(bytes("two\nthr"));
            file.force();
        }
        try (AppendFile file = AppendFile.resume(path, position, null)) {
            assertThat(path).hasContent("one\n");
            file.append(bytes("2\n"));
        }
        assertThat(path).hasContent("one\n2\n");
    }

    @Test
    void aFileThatIsShorterThanItWasIsRefused() throws IOException {
        Path path = Files.writeString(folder.resolve("lines"), "one\n");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> AppendFile.resume(path, 5, null))
                .withMessageContaining("has 4 bytes but had 5 at the checkpoint");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> AppendFile.resume(folder.resolve("gone"), 5, null))
                .withMessageContaining("has 0 bytes");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> AppendFile.create(path));
        assertThat(path).hasContent("one\n");
    }

    @Test
    void atPositionZeroItMayBeMissing() throws IOException {
        try (AppendFile file = AppendFile.resume(folder.resolve("new"), 0, null)) {
            file.append(bytes("one"));
        }
        assertThat(folder.resolve("new")).hasContent("one");
    }

    /** A device that is always full: what does not fit waits, and is a failure at the end and beyond the limit. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheDiskDoesNotTakeWaitsUpToALimit() throws IOException {
        Path full = Files.createSymbolicLink(folder.resolve("full"), Path.of("/dev/full"));
        AppendFile file = new AppendFile(full, 0, new Sha256());
        assertThat(file.append(bytes("one\n"))).isFalse();
        assertThat(file.length()).isZero();
        assertThatIOException().isThrownBy(file::flush).withMessageContaining("No space left");
        assertThatIOException()
                .isThrownBy(() -> file.append(new byte[64 << 20]))
                .withMessageContaining("No space left");
        assertThatIOException().isThrownBy(file::close).withMessageContaining("No space left");
    }
}
