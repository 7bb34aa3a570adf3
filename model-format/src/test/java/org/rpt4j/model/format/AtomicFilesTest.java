package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.StorageException;

class AtomicFilesTest {

    @TempDir
    Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    private static AtomicFiles.IOConsumer<Path> containing(String text) {
        return into -> {
            Files.createDirectory(into.resolve("sub"));
            Files.writeString(into.resolve("sub").resolve("file"), text);
        };
    }

    private static String content(Path target) throws IOException {
        return Files.readString(target.resolve("sub").resolve("file"));
    }

    @Test
    void aFileIsReplacedAndMissingParentsAreCreated() throws IOException {
        Path file = directory.resolve("a/b/file");
        AtomicFiles.replace(file, out -> out.write("one".getBytes(StandardCharsets.UTF_8)));
        AtomicFiles.replace(file, out -> out.write("two".getBytes(StandardCharsets.UTF_8)));
        assertThat(file).hasContent("two");
        assertThat(file.getParent().toFile().list()).containsExactly("file");
    }

    @Test
    void aWriteThatFailsHalfWayLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        IOException full = new IOException("No space left on device");
        assertThatThrownBy(() -> AtomicFiles.replace(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw full;
                }))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot write " + file)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("The previous content is unchanged")
                .hasCause(full);
        assertThatThrownBy(() -> AtomicFiles.replace(file, out -> {
                    throw new IllegalStateException("stop");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void anUnwritablePlaceIsAStorageException() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        assertThatThrownBy(() -> AtomicFiles.replace(file.resolve("below"), out -> out.write(1)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot write");
        assertThatThrownBy(() -> AtomicFiles.replaceDirectory(file, containing("new")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("a file is in its place");
        assertThatThrownBy(() -> AtomicFiles.replace(directory.getRoot(), out -> out.write(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("root of a file system");
        assertThat(names()).containsExactly("file");
    }

    /** What a process left that was killed, before and after it could lock, or by a version that did not. */
    @Test
    void theNextWriterOfATargetRemovesWhatAKilledOneLeft() throws IOException {
        String id = UUID.randomUUID().toString();
        Files.writeString(directory.resolve(".file." + id + ".tmp"), "half");
        Files.writeString(directory.resolve(".file." + id + ".lock.tmp"), "");
        Files.writeString(directory.resolve(".file." + UUID.randomUUID() + ".tmp"), "half");
        Files.writeString(directory.resolve(".file." + UUID.randomUUID() + ".lock.tmp"), "");
        Path tree = Files.createDirectories(directory.resolve(".tree." + id + ".tmp/sub"));
        Files.writeString(tree.resolve("file"), "half");
        List<String> others = List.of(
                ".file.tmp",
                ".file.mine.tmp",
                ".files." + id + ".tmp",
                ".file.b." + id + ".tmp",
                "file." + id + ".tmp");
        for (String other : others) {
            Files.writeString(directory.resolve(other), "of someone else");
        }
        AtomicFiles.replace(directory.resolve("file"), out -> out.write('x'));
        AtomicFiles.replaceDirectory(directory.resolve("tree"), containing("x"));
        assertThat(names())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(others.stream(), Stream.of("file", "tree"))
                        .toList());
    }

    @Test
    void nothingOfALivingWriterIsRemoved() {
        Path file = directory.resolve("file");
        AtomicFiles.replace(file, out -> {
            out.write('1');
            AtomicFiles.replace(file, other -> other.write('2'));
            assertThat(file).hasContent("2");
        });
        assertThat(file).hasContent("1");
    }

    /** Another process holds the lock, and ends without a chance to remove anything. */
    @Test
    void nothingOfALivingProcessIsRemoved() throws Exception {
        Path file = directory.resolve("file");
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessWriter.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(new String(writer.getInputStream().readNBytes(7), StandardCharsets.US_ASCII))
                    .isEqualTo("writing");
            List<String> its = names();
            assertThat(its).hasSize(2);
            AtomicFiles.replace(file, out -> out.write('x'));
            assertThat(names()).containsAll(its).contains("file").hasSize(3);
        } finally {
            writer.destroyForcibly().waitFor();
        }
        AtomicFiles.replace(file, out -> out.write('y'));
        assertThat(names()).containsExactly("file");
    }

    /** Writes until it is killed. */
    static final class EndlessWriter {

        private EndlessWriter() {}

        public static void main(String[] arguments) {
            AtomicFiles.replace(Path.of(arguments[0]), out -> {
                out.write(new byte[1 << 20]);
                System.out.print("writing");
                System.out.flush();
                while (true) {
                    LockSupport.park();
                }
            });
        }
    }

    @Test
    void anInterruptedThreadCanSaveAndStaysInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        try {
            AtomicFiles.replace(directory.resolve("file"), out -> out.write('x'));
            AtomicFiles.replaceDirectory(directory.resolve("tree"), containing("x"));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(directory.resolve("file")).hasContent("x");
        assertThat(content(directory.resolve("tree"))).isEqualTo("x");
    }

    @Test
    void aDirectoryIsReplacedWhole() throws IOException {
        Path target = directory.resolve("checkpoint");
        AtomicFiles.replaceDirectory(target, containing("one"));
        Files.writeString(target.resolve("extra"), "");
        AtomicFiles.replaceDirectory(target, containing("two"));
        assertThat(content(target)).isEqualTo("two");
        assertThat(target.resolve("extra")).doesNotExist();
        assertThat(names()).containsExactly("checkpoint");
    }

    @Test
    void aDirectoryThatCannotBeFilledLeavesTheOldOne() throws IOException {
        Path target = directory.resolve("checkpoint");
        AtomicFiles.replaceDirectory(target, containing("old"));
        assertThatThrownBy(() -> AtomicFiles.replaceDirectory(target, into -> {
                    containing("new").accept(into);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("No space left on device");
        assertThat(content(target)).isEqualTo("old");
        assertThat(names()).containsExactly("checkpoint");
    }

    @Test
    void aCrashBetweenTheRenamesIsUndoneByTheNextCall() throws IOException {
        Path target = directory.resolve("checkpoint");
        AtomicFiles.replaceDirectory(target, containing("old"));
        Files.move(target, AtomicFiles.previous(target));
        AtomicFiles.recover(target);
        assertThat(content(target)).isEqualTo("old");
        AtomicFiles.recover(target);
        assertThat(names()).containsExactly("checkpoint");
    }

    @Test
    void aCrashBeforeTheOldOneIsDeletedKeepsTheNewOne() throws IOException {
        Path target = directory.resolve("checkpoint");
        AtomicFiles.replaceDirectory(AtomicFiles.previous(target), containing("old"));
        AtomicFiles.replaceDirectory(target, containing("new"));
        Files.createDirectory(AtomicFiles.previous(target));
        AtomicFiles.replaceDirectory(target, containing("newer"));
        assertThat(content(target)).isEqualTo("newer");
        assertThat(names()).containsExactly("checkpoint");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void aLinkIsNotFollowedAndWhatItPointsToStays() throws IOException {
        Path real = directory.resolve("real");
        AtomicFiles.replaceDirectory(real, containing("old"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        assertThatThrownBy(() -> AtomicFiles.replaceDirectory(link, containing("new")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(link + ": it is a symbolic link to " + real);
        assertThat(content(real)).isEqualTo("old");

        for (String target : new String[] {"real/sub/file", "nowhere"}) {
            Path file = Files.createSymbolicLink(directory.resolve("to-" + target.length()), directory.resolve(target));
            assertThatThrownBy(() -> AtomicFiles.replace(file, out -> out.write('x')))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(file + " is a symbolic link to " + directory.resolve(target));
        }
        assertThat(content(real)).isEqualTo("old");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void aLinkAmongTheParentsIsFollowedAsTheCallerNamedIt() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        AtomicFiles.replace(link.resolve("a/file"), out -> out.write('x'));
        assertThat(real.resolve("a/file")).hasContent("x");
    }

    @Test
    void whatIsNoPlainFileIsNotReplaced() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThatThrownBy(() -> AtomicFiles.replace(folder, out -> out.write('x')))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(folder + " is a directory");
        Path pipe = Pipes.create(directory.resolve("pipe"));
        assertThatThrownBy(() -> AtomicFiles.replace(pipe, out -> out.write('x')))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(pipe + " is a named pipe");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileWithTwoNamesIsReplacedUnderOneAndNotWrittenInPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Path backup = Files.createLink(directory.resolve("backup"), file);
        assertThatThrownBy(() -> PlainFiles.requireWritable(file)).hasMessageContaining(file + " has 2 names");
        AtomicFiles.replace(file, out -> out.write('x'));
        assertThat(file).hasContent("x");
        assertThat(backup).hasContent("old");
        PlainFiles.requireWritable(file);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void cleaningUpRemovesLinksAndNotWhatTheyLeadTo() throws IOException {
        Path letters = Files.createDirectory(directory.resolve("letters"));
        Files.writeString(letters.resolve("letter"), "dear");
        Path target = directory.resolve("tree");
        Files.createSymbolicLink(AtomicFiles.previous(target), letters);
        AtomicFiles.recover(target);
        assertThat(names()).containsExactly("letters");
        Files.createSymbolicLink(directory.resolve(".tree.00000000-0000-0000-0000-000000000000.tmp"), letters);
        AtomicFiles.removeUnfinished(directory);
        assertThat(letters.resolve("letter")).hasContent("dear");
        assertThat(directory.resolve(".tree.00000000-0000-0000-0000-000000000000.tmp"))
                .doesNotExist();
    }
}
