package org.rpt4j.core.run;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CheckpointException;

/**
 * Keeps a run directory to one process, by a lock of the operating system on the file {@code run.lock}, which ends with
 * the process however it ends. The file stays, and says who holds or held the lock.
 */
public final class RunLock implements AutoCloseable {

    static final String FILE = "run.lock";

    private static final int MAX_OWNER_BYTES = 1024;
    private static final int ATTEMPTS = 10;

    private final Path directory;
    private final FileChannel channel;
    private final boolean madeDirectory;

    private RunLock(Path directory, FileChannel channel, boolean madeDirectory) {
        this.directory = directory;
        this.channel = channel;
        this.madeDirectory = madeDirectory;
    }

    /**
     * Takes the lock; makes the directory if it is not there.
     *
     * @throws CheckpointException if another run holds it, in this process or in another; the message says who
     */
    public static RunLock acquire(Path directory) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            RunLock lock = attempt(directory);
            if (lock.isInPlace()) {
                return lock;
            }
            // Its holder removed the file between our opening and locking it: what we hold has no name any more.
            lock.close();
        }
        throw new CheckpointException("cannot lock the run in " + directory + ": " + FILE
                + " is removed again and again. Is another process clearing up there?");
    }

    private boolean isInPlace() {
        return Files.exists(directory.resolve(FILE));
    }

    private static RunLock attempt(Path directory) {
        Path file = directory.resolve(FILE);
        boolean isNew = !Files.exists(directory);
        @Nullable FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, file, channel, null);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner().getBytes(StandardCharsets.UTF_8)), 0);
            return new RunLock(directory, channel, isNew);
        } catch (OverlappingFileLockException e) {
            throw inUse(directory, file, channel, e);
        } catch (IOException e) {
            close(channel, e);
            throw new CheckpointException("cannot lock the run in " + directory + ": " + e, e);
        }
    }

    private static String owner() throws IOException {
        String host = InetAddress.getLocalHost().getHostName();
        return "process " + ProcessHandle.current().pid() + " on " + host + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static CheckpointException inUse(
            Path directory, Path file, @Nullable FileChannel channel, @Nullable Exception cause) {
        String owner = "another process";
        try {
            if (channel != null) {
                ByteBuffer content = ByteBuffer.allocate(MAX_OWNER_BYTES);
                channel.read(content, 0);
                owner = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            owner = "a process that left no name in " + file;
        }
        CheckpointException error = new CheckpointException("The run in " + directory + " is in use by " + owner
                + ". Wait for it or stop it, or name another directory.", cause);
        close(channel, error);
        return error;
    }

    private static void close(@Nullable FileChannel channel, Exception error) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
    }

    /** Gives the lock back; idempotent. A directory that was made for a run that never began goes, too. */
    @Override
    public void close() {
        try (channel) {
            if (channel.isOpen() && isInPlace() && isAlone()) {
                Files.delete(directory.resolve(FILE));
                if (madeDirectory) {
                    Files.delete(directory);
                }
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot give back the lock of the run: " + e, e);
        }
    }

    private boolean isAlone() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::getFileName).allMatch(name -> name.toString().equals(FILE));
        }
    }
}
