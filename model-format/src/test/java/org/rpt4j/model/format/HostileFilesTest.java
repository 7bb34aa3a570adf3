package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;

/** Files of a model that are no plain files, have no end, or change while they are read. */
class HostileFilesTest {

    private static final Duration NO_HANG = Duration.ofSeconds(30);
    private static final long TERABYTE = 1L << 40;
    private static final int VALUES = 4 << 20;

    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void model() {
        model = directory.resolve("model");
        CheckpointInitializer.initialize(model, Models.llama(), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aNamedPipeInPlaceOfAFileIsRefused(String name) throws Exception {
        Path file = model.resolve(name);
        Files.delete(file);
        Pipes.create(file);

        opening(e -> assertThat(e).hasMessageContaining(file + " is a named pipe, a socket or a device"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aDirectoryInPlaceOfAFileIsRefused(String name) throws IOException {
        Path file = model.resolve(name);
        Files.delete(file);
        Files.createDirectory(file);

        opening(e -> assertThat(e).hasMessageContaining(file + " is a directory"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void aLinkToAnEndlessDeviceIsRefused(String name) throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/zero")), "needs /dev/zero");
        Path file = model.resolve(name);
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));

        opening(e -> assertThat(e).hasMessageContaining(file + " is a named pipe, a socket or a device"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors", "model.safetensors.index.json"})
    void aSparseFileIsRefusedWithoutReadingIt(String name) throws IOException {
        Files.delete(model.resolve(name.equals("model.safetensors.index.json") ? "model.safetensors" : name));
        sparse(model.resolve(name));

        opening(e -> assertThat(e).hasMessageContaining(name));
    }

    @Test
    void aSparseFileBesideTheWeightsIsNeverCopied() throws IOException {
        sparse(model.resolve("merges.txt"));
        WeightLayout layout = WeightLayout.of(Models.llama());
        Path target = directory.resolve("target");

        assertThatThrownBy(() -> CheckpointWriter.write(
                        target, model, layout, DType.F32, spec -> FloatBuffer.allocate((int) spec.size())))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("merges.txt is larger than the 1073741824 bytes");
        assertThat(target).doesNotExist();
    }

    /** A mapped file would answer with an InternalError here, or with a bus error in native code. */
    @Test
    void aFileThatIsTruncatedWhileItIsReadIsRefused() throws Exception {
        Path path = directory.resolve("large.safetensors");
        SafetensorsWriter.write(
                path,
                List.of(new SafetensorsWriter.Entry(
                        "x", DType.F32, List.of(VALUES), () -> FloatBuffer.allocate(VALUES))),
                Map.of());
        AtomicBoolean done = new AtomicBoolean();
        try (SafetensorsFile file = SafetensorsFile.open(path);
                FileChannel writer = FileChannel.open(path, StandardOpenOption.WRITE)) {
            Thread truncating = new Thread(() -> truncateAndRestore(writer, done));
            truncating.start();
            FloatBuffer target = FloatBuffer.allocate(VALUES);
            for (int i = 0; i < 200; i++) {
                try {
                    file.read("x", target);
                } catch (ModelFormatException e) {
                    assertThat(e).hasMessageContaining(path.toString());
                }
            }
            done.set(true);
            truncating.join();
        }
    }

    private void opening(Consumer<Throwable> check) {
        assertTimeoutPreemptively(
                NO_HANG,
                () -> assertThatThrownBy(() -> Checkpoint.open(model))
                        .isInstanceOf(ModelFormatException.class)
                        .satisfies(check::accept));
    }

    private static void sparse(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(TERABYTE);
        }
    }

    private static void truncateAndRestore(FileChannel channel, AtomicBoolean done) {
        try {
            long length = channel.size();
            while (!done.get()) {
                channel.truncate(length / 2);
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
