package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainFilesTest {

    private static final Duration NO_HANG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void aFileIsReadUpToItsLimit() throws IOException {
        Path file = Files.writeString(directory.resolve("text"), "grün");

        assertThat(PlainFiles.readText(file, 5)).isEqualTo("grün");
        assertThat(PlainFiles.read(file, 5)).hasSize(5);
        assertThatThrownBy(() -> PlainFiles.read(file, 4))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has 5 bytes; at most 4 are read");
    }

    @Test
    void aPointerOfGitLfsIsNotTakenForTheFile() throws IOException {
        Path file = Files.writeString(
                directory.resolve("model.safetensors"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 1234\n");

        assertThatThrownBy(() -> PlainFiles.openChannel(file)).hasMessageContaining("is a Git LFS pointer");
        assertThatThrownBy(() -> PlainFiles.read(file, 5000)).hasMessageContaining("Run 'git lfs pull'");
        assertThatThrownBy(() -> PlainFiles.open(file)).isInstanceOf(IOException.class);
        PlainFiles.requireReplaceable(file);
    }

    @Test
    void aSparseFileIsRefusedByItsSize() throws IOException {
        Path file = directory.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThatThrownBy(() -> PlainFiles.read(file, 1 << 20)).hasMessageContaining("has 1099511627776 bytes");
    }

    @Test
    void aFileThatClaimsNoSizeIsReadUpToTheLimitToo() {
        Path file = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(file), "needs /proc");

        assertThatThrownBy(() -> PlainFiles.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has more than the 10 bytes");
    }

    @Test
    void aDirectoryIsNamed() {
        assertThatThrownBy(() -> PlainFiles.read(directory, 10)).hasMessage(directory + " is a directory, not a file");
        assertThatThrownBy(() -> PlainFiles.open(directory)).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> PlainFiles.openChannel(directory)).hasMessageContaining("is a directory");
    }

    @Test
    void aNamedPipeIsRefusedAndNeverWaitedFor() throws Exception {
        Path pipe = Pipes.create(directory.resolve("pipe"));
        String message = pipe + " is a named pipe, a socket or a device, not a plain file";

        assertTimeoutPreemptively(NO_HANG, () -> {
            assertThatThrownBy(() -> PlainFiles.read(pipe, 10)).hasMessage(message);
            assertThatThrownBy(() -> PlainFiles.open(pipe)).hasMessage(message);
            assertThatThrownBy(() -> PlainFiles.openChannel(pipe)).hasMessage(message);
        });
    }

    @Test
    void aLinkToADeviceThatNeverEndsIsRefused() throws IOException {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "needs /dev/zero");
        Path link = Files.createSymbolicLink(directory.resolve("link"), device);

        assertThatThrownBy(() -> PlainFiles.read(link, 10)).hasMessageContaining("a device, not a plain file");
    }

    @Test
    void aLinkToAFileIsFollowed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThat(PlainFiles.readText(link, 1)).isEqualTo("x");
        try (InputStream in = PlainFiles.open(link);
                FileChannel channel = PlainFiles.openChannel(link)) {
            assertThat(in.readAllBytes()).hasSize(1);
            assertThat(channel.size()).isEqualTo(1);
        }
    }

    @Test
    void aMissingFileAndTextThatIsNotUtf8KeepTheirOwnTypes() throws IOException {
        Path broken = Files.write(directory.resolve("broken"), new byte[] {(byte) 0xff});

        assertThatThrownBy(() -> PlainFiles.read(directory.resolve("none"), 1)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> PlainFiles.readText(broken, 1)).isInstanceOf(CharacterCodingException.class);
    }
}
