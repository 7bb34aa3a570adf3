package org.rpt4j.model.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;

/**
 * Replaces files and directories atomically: all content is written under a hidden temporary name beside the target,
 * synced to disk and moved into place. Missing parents are created. A target that is a symbolic link, or no plain file or
 * directory, is refused. Works on an interrupted thread, which stays interrupted, so that a cancelled run can still save.
 * One writer per target at a time. What a killed writer left is removed by the next one of the same target.
 *
 * @since 0.1.0
 */
public final class AtomicFiles {

    /** A write that may fail. */
    @FunctionalInterface
    public interface IOConsumer<T> {
        /** Writes to {@code target}. */
        void accept(T target) throws IOException;
    }

    private AtomicFiles() {}

    /**
     * Replaces a file.
     *
     * @param content writes the file; the stream is buffered and closed by the caller
     * @throws StorageException if it cannot be written; the old file is left unchanged
     */
    public static void replace(Path file, IOConsumer<OutputStream> content) {
        try (AtomicFile pending = AtomicFile.create(file)) {
            content.accept(pending.out());
            pending.commit();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    /**
     * Whether a writer of a file was killed before it was complete. False once another writer has begun, which removes
     * what is left, and on file systems without locks.
     */
    public static boolean wasAbandoned(Path file) {
        try {
            return Temporary.hasStale(resolve(file));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Checks, before hours of work, that a file can be written later. Changes nothing, so it cannot know everything: a
     * disk may fill up.
     *
     * @throws StorageException if a directory is in its place, or the directory that it or its parents would be created
     *     in cannot be written
     */
    public static void requireWritableFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new StorageException("cannot write " + file + ": it is a directory. Name a file in it.");
        }
        try {
            PlainFiles.requireReplaceable(file);
        } catch (IOException e) {
            throw new StorageException("cannot write " + file + ": " + e.getMessage(), e);
        }
        requireWritableParent(file);
    }

    /**
     * The same for a directory.
     *
     * @throws StorageException if a file is in its place, or the directory that it or its parents would be created in
     *     cannot be written
     */
    public static void requireWritableDirectory(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new StorageException("cannot write the directory " + directory + ": a file is in its place");
        }
        requireWritableParent(directory);
    }

    private static void requireWritableParent(Path path) {
        try {
            Path place = parent(resolve(path));
            while (!Files.exists(place)) {
                place = parent(place);
            }
            if (!Files.isDirectory(place)) {
                throw new StorageException("cannot write " + path + ": " + place + " is not a directory");
            }
            if (!Files.isWritable(place)) {
                throw new StorageException(
                        "cannot write " + path + ": " + place + " is read-only, or belongs to another user");
            }
        } catch (IOException e) {
            throw new StorageException("cannot write " + path + ": " + e, e);
        }
    }

    /**
     * Replaces a directory and everything in it. Java offers no atomic exchange of two directories, so the old one is
     * first renamed to {@code .<name>.previous}; after a crash between the two renames it is still there, and {@link
     * #recover} (or the next call of this method) restores it.
     *
     * @param content fills the new directory, which exists and is empty
     * @throws StorageException if it cannot be written; the old directory is left unchanged
     */
    public static void replaceDirectory(Path directory, IOConsumer<Path> content) {
        recover(directory);
        try {
            Path target = resolve(directory);
            if (Files.isSymbolicLink(target)) {
                throw new StorageException("cannot write the directory " + directory + ": it is a symbolic link to "
                        + Files.readSymbolicLink(target)
                        + ", which is not followed for writing. Remove it, or name the directory itself.");
            }
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new StorageException("cannot write the directory " + directory + ": a file is in its place");
            }
            createDirectories(parent(target));
            try (Temporary temporary = Temporary.beside(target)) {
                Path path = Files.createDirectory(temporary.path());
                content.accept(path);
                forceTree(path);
                swap(path, target);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "cannot write " + directory + ": " + e + ". The previous content is unchanged.", e);
        }
    }

    /**
     * Completes a replacement of this directory that a crash interrupted: restores the old one if the new one never
     * arrived, otherwise deletes the old one. Does nothing after a normal exit.
     *
     * @throws StorageException if it cannot be renamed or deleted
     */
    public static void recover(Path directory) {
        try {
            Path target = resolve(directory);
            Path previous = previous(target);
            if (Files.isSymbolicLink(previous)) {
                Files.delete(previous); // no such link is ours
                return;
            }
            if (!Files.isDirectory(previous, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (Files.exists(target)) {
                deleteTree(previous);
            } else {
                Files.move(previous, target, StandardCopyOption.ATOMIC_MOVE);
                forceDirectory(parent(target));
            }
        } catch (IOException e) {
            throw new StorageException("cannot clean up after an interrupted save of " + directory + ": " + e, e);
        }
    }

    /**
     * Creates a directory with its missing parents, and syncs their entries to disk: fsync of a file does not guarantee
     * that its parent directories survive a power loss.
     *
     * @throws IOException if it cannot be created
     */
    public static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        @Nullable Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    /**
     * Deletes the unfinished files of killed processes in a directory, but not in its subdirectories. Call it only
     * while nobody else writes there.
     *
     * @throws StorageException if something cannot be deleted
     */
    public static void removeUnfinished(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                if (Temporary.isUnfinished(path.getFileName().toString())) {
                    deleteTree(path);
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot remove unfinished files in " + directory + ": " + e, e);
        }
    }

    /** Location of the old directory while the new one moves in. */
    static Path previous(Path directory) {
        return sibling(directory.toAbsolutePath().normalize(), "previous");
    }

    private static void swap(Path temporary, Path target) throws IOException {
        Path previous = previous(target);
        boolean replaces = Files.exists(target);
        if (replaces) {
            Files.move(target, previous, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (replaces) {
                restore(previous, target, e);
            }
            throw e;
        }
        forceDirectory(parent(target));
        if (replaces) {
            try {
                deleteTree(previous);
            } catch (IOException e) {
                // The new directory is in place; the next call deletes the rest of the old one, or reports it.
                return;
            }
        }
    }

    private static void restore(Path previous, Path target, IOException cause) {
        try {
            Files.move(previous, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The parents may be links, as the caller named them; the last part stays what it is. */
    static Path resolve(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        @Nullable Path parent = absolute.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " is the root of a file system and cannot be replaced");
        }
        return Files.exists(parent) ? parent.toRealPath().resolve(absolute.getFileName()) : absolute;
    }

    /** Returns the parent of a resolved path, which is never a root. */
    static Path parent(Path target) {
        return Objects.requireNonNull(target.getParent());
    }

    private static Path sibling(Path target, String suffix) {
        return target.resolveSibling("." + target.getFileName() + "." + suffix);
    }

    /**
     * Deletes a file, or a directory with everything in it; links are not followed. Nothing happens if there is none.
     *
     * @throws IOException if something in it cannot be deleted
     */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void forceTree(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                if (Files.isDirectory(path)) {
                    forceDirectory(path);
                } else {
                    force(path, StandardOpenOption.WRITE);
                }
            }
        }
    }

    /** Syncs the entries of a directory to disk, if the platform supports it. */
    public static void forceDirectory(Path directory) {
        try {
            force(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            // Not every platform can sync a directory (Windows cannot even open one). The content is already on disk;
            // only the timing of the rename is then up to the file system.
            return;
        }
    }

    /** Syncs a path to disk, even on an interrupted thread, whose open channels the JVM closes. */
    static void force(Path path, OpenOption access) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(path, access)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
