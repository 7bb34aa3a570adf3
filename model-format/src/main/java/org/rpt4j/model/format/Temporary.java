package org.rpt4j.model.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A hidden name beside a target under which its new content is written, held until it is closed. A lock of the operating
 * system on a second file says that the writer lives, and ends with its process however that ends: what is left of a
 * killed writer is removed by the next one of the same target, and nothing of a living one ever is.
 */
final class Temporary implements AutoCloseable {

    private static final String ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.(" + ID + ")(?:\\.lock)?\\.tmp");
    private static final int ATTEMPTS = 10;

    /** A link that someone put there must not lead to another file. */
    private static final Set<OpenOption> EXISTING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /**
     * Locks of this process, which must not be opened again: whoever closes any channel to a file, on most systems gives
     * up all locks of the process on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path lock;
    private final FileChannel channel;

    private Temporary(Path path, Path lock, FileChannel channel) {
        this.path = path;
        this.lock = lock;
        this.channel = channel;
    }

    /**
     * Takes a new name, after removing what killed writers of the same target left.
     *
     * @param target absolute, in a directory that exists
     */
    static Temporary beside(Path target) throws IOException {
        removeStale(target);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String id = UUID.randomUUID().toString();
            Path lock = lock(target, id);
            HELD.add(lock);
            @Nullable FileChannel channel = null;
            try {
                channel = FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                if (isLocked(channel) && Files.exists(lock)) {
                    return new Temporary(name(target, id, ".tmp"), lock, channel);
                }
                channel.close(); // another writer took it for a stale one, before it was locked
                HELD.remove(lock);
            } catch (IOException | RuntimeException | Error e) {
                HELD.remove(lock);
                if (channel != null) {
                    channel.close();
                }
                throw e;
            }
        }
        throw new IOException("the temporary files of " + target + " keep disappearing");
    }

    /** Whether this is the name of an unfinished write. */
    static boolean isUnfinished(String name) {
        return NAME.matcher(name).matches();
    }

    /** Where to write; there is nothing yet. */
    Path path() {
        return path;
    }

    /**
     * Gives the name up; idempotent. Removes what is still there under it.
     *
     * @throws IOException if that cannot be removed
     */
    @Override
    public void close() throws IOException {
        try {
            AtomicFiles.deleteTree(path);
        } finally {
            giveUp();
        }
    }

    private void giveUp() {
        try (channel) {
            Files.deleteIfExists(lock);
        } catch (IOException e) {
            // The target is as it should be. The next writer takes the file for stale, and removes it.
            return;
        } finally {
            HELD.remove(lock);
        }
    }

    /** Whether there is something of a killed writer. */
    static boolean hasStale(Path target) throws IOException {
        for (String id : ids(target)) {
            if (isStale(target, id, () -> {})) {
                return true;
            }
        }
        return false;
    }

    /** Removing is not what was asked for: what cannot be removed stays. */
    private static void removeStale(Path target) {
        try {
            for (String id : ids(target)) {
                isStale(target, id, () -> {
                    AtomicFiles.deleteTree(name(target, id, ".tmp"));
                    Files.deleteIfExists(lock(target, id));
                });
            }
        } catch (IOException e) {
            return;
        }
    }

    /** The ids of all names beside a target. */
    private static Set<String> ids(Path target) throws IOException {
        String prefix = "." + target.getFileName() + ".";
        Set<String> ids = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                parent(target), path -> path.getFileName().toString().startsWith(prefix))) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && name.group(1).equals(target.getFileName().toString())) {
                    ids.add(name.group(2));
                }
            }
        }
        return ids;
    }

    /** What to do with the name of a killed writer while its lock is held. */
    private interface Action {
        void run() throws IOException;
    }

    private static boolean isStale(Path target, String id, Action action) throws IOException {
        Path lock = lock(target, id);
        if (HELD.contains(lock)) {
            return false;
        }
        // a name without a lock is from a version that made none
        try (FileChannel channel = FileChannel.open(lock, EXISTING)) {
            boolean alone = isAlone(channel);
            if (alone) {
                action.run();
            }
            return alone;
        }
    }

    /** Whether the lock was taken. A file system without locks gives none, and then no one takes a name for stale. */
    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether no one else has the lock. */
    private static boolean isAlone(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    private static Path lock(Path target, String id) {
        return name(target, id, ".lock.tmp");
    }

    private static Path name(Path target, String id, String suffix) {
        return target.resolveSibling("." + target.getFileName() + "." + id + suffix);
    }

    private static Path parent(Path target) {
        return Objects.requireNonNull(target.getParent());
    }
}
