package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.StorageException;

class RunLockTest {

    @TempDir
    private Path folder;

    /** Takes the lock in a process of its own and holds it until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (RunLock lock = RunLock.acquire(Path.of(arguments[0]))) {
                System.out.println("held by " + ProcessHandle.current().pid() + " " + lock);
                System.in.read();
            }
        }
    }

    private static Process holder(Path run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        run.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @Test
    void twoRunsOfOneProcessCannotShareADirectory() throws IOException {
        Path run = folder.resolve("run");
        Files.createDirectory(run);
        Files.writeString(run.resolve("run.json"), "{}");
        try (RunLock lock = RunLock.acquire(run)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> RunLock.acquire(run))
                    .withMessageContaining(
                            "in use by process " + ProcessHandle.current().pid() + " on ")
                    .withMessageContaining("Wait for it or stop it");
            assertThat(lock).isNotNull();
        }
        RunLock.acquire(run).close();
        assertThat(run.resolve(RunLock.FILE)).exists();
    }

    @Test
    void oneThatIsRefusedDoesNotGiveTheLockOfTheOtherAway() throws Exception {
        Path run = folder.resolve("run");
        Files.createDirectory(run);
        Files.writeString(run.resolve("run.json"), "{}");
        try (RunLock lock = RunLock.acquire(run)) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(StorageException.class).isThrownBy(() -> RunLock.acquire(run));
            Process other = holder(run);
            try {
                assertThat(line(other.getInputStream())).doesNotStartWith("held by");
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void anotherProcessIsNamedAndItsDeathGivesTheLockBack() throws Exception {
        Path run = folder.resolve("run");
        Files.createDirectory(run);
        Files.writeString(run.resolve("run.json"), "{}");
        Process holder = holder(run);
        try {
            assertThat(line(holder.getInputStream())).startsWith("held by " + holder.pid());
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> RunLock.acquire(run))
                    .withMessageContaining("in use by process " + holder.pid() + " on ");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        RunLock.acquire(run).close();
    }

    @Test
    void aLockWhoseFileIsGoneHoldsNothingUp() throws IOException {
        Path run = folder.resolve("cleared");
        RunLock lock = RunLock.acquire(run);
        Files.delete(run.resolve(RunLock.FILE));
        lock.close();
        RunLock.acquire(run).close();
        assertThat(run).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatNoRunCameToBeInGoes() throws IOException {
        Path run = folder.resolve("deep/run");
        RunLock lock = RunLock.acquire(run);
        assertThat(Files.exists(run.resolve(RunLock.FILE))).isTrue();
        lock.close();
        lock.close();
        assertThat(run).doesNotExist();
        Path mine = Files.createDirectory(folder.resolve("mine"));
        RunLock.acquire(mine).close();
        assertThat(mine).as("a directory that was there before").isEmptyDirectory();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text", StandardCharsets.UTF_8);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RunLock.acquire(file))
                .withMessageContaining("cannot lock the run in " + file);
    }
}
