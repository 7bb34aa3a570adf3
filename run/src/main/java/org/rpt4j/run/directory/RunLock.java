package org.rpt4j.run.directory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.PlainFiles;

/**
 * Keeps a run directory to one process, by a lock of the operating system on the file {@code run.lock}, which ends with
 * the process however it ends. The file stays, and says who holds or held the lock.
 *
 * @since 0.1.0
 */
public final class RunLock implements AutoCloseable {

    static final String FILE = "run.lock";

    private static final int MAX_OWNER_BYTES = 1024;
    private static final int ATTEMPTS = 10;

    /**
     * Who holds what in this process, by real path. Whoever closes any channel to a file, on most systems gives up all
     * locks of the process on it: the file of a lock that is held here must not be opened again.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    private final Path directory;
    private final Path realDirectory;
    private final FileChannel channel;
    private final boolean madeDirectory;

    private RunLock(Path directory, Path realDirectory, FileChannel channel, boolean madeDirectory) {
        this.directory = directory;
        this.realDirectory = realDirectory;
        this.channel = channel;
        this.madeDirectory = madeDirectory;
    }

    /**
     * Takes the lock; makes the directory if it is not there.
     *
     * @throws StorageException if another run holds it, in this process or in another; the message says who
     */
    public static RunLock acquire(Path directory) {
        boolean isNew = !Files.exists(directory);
        try {
            AtomicFiles.createDirectories(directory);
            Path real = directory.toRealPath();
            String owner = owner();
            @Nullable String holder = HELD.putIfAbsent(real, owner);
            if (holder != null) {
                throw inUse(directory, holder, null);
            }
            @Nullable FileChannel channel = null;
            try {
                channel = lockInPlace(directory, owner);
            } finally {
                if (channel == null) {
                    HELD.remove(real);
                }
            }
            return new RunLock(directory, real, channel, isNew);
        } catch (IOException e) {
            throw new StorageException("cannot lock the run in " + directory + ": " + e, e);
        }
    }

    /** Its holder may remove the file between our opening and locking it; then what we hold has no name any more. */
    private static FileChannel lockInPlace(Path directory, String owner) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            FileChannel channel = lock(directory, owner);
            if (Files.exists(directory.resolve(FILE))) {
                return channel;
            }
            channel.close();
        }
        throw new IOException(FILE + " keeps disappearing; is another process cleaning up there?");
    }

    private static FileChannel lock(Path directory, String owner) throws IOException {
        Path file = directory.resolve(FILE);
        PlainFiles.requireWritable(file);
        FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, owner(file, channel), null);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
            return channel;
        } catch (OverlappingFileLockException e) {
            StorageException error = inUse(directory, owner(file, channel), e);
            close(channel, error);
            throw error;
        } catch (IOException | StorageException e) {
            close(channel, e);
            throw e;
        }
    }

    private static String owner() {
        return "process " + ProcessHandle.current().pid() + " on " + host() + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a machine whose name has no address";
        }
    }

    private static String owner(Path file, FileChannel channel) {
        try {
            ByteBuffer content = ByteBuffer.allocate(MAX_OWNER_BYTES);
            channel.read(content, 0);
            return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "a process that left no name in " + file;
        }
    }

    private static StorageException inUse(Path directory, String owner, @Nullable Exception cause) {
        return new StorageException(
                "The run in " + directory + " is in use by " + owner
                        + ". Wait for it or stop it, or name another directory.",
                cause);
    }

    private static void close(FileChannel channel, Exception error) {
        try {
            channel.close();
        } catch (IOException e) {
            error.addSuppressed(e);
        }
    }

    /** Releases the lock; idempotent. Removes a directory that was created for a run that never started. */
    @Override
    public void close() {
        boolean held = channel.isOpen();
        try (channel) {
            if (held && Files.exists(directory.resolve(FILE)) && isAlone()) {
                Files.delete(directory.resolve(FILE));
                if (madeDirectory) {
                    Files.delete(directory);
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot release the lock of the run: " + e, e);
        } finally {
            if (held) {
                HELD.remove(realDirectory);
            }
        }
    }

    private boolean isAlone() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::getFileName).allMatch(name -> name.toString().equals(FILE));
        }
    }
}
