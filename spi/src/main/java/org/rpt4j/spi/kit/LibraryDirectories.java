package org.rpt4j.spi.kit;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Directories from which native libraries are loaded. A library runs with all rights of its process, so nobody but this
 * user (and root) may be able to put a file there, or to exchange a directory on the way: whatever can be written by
 * others is refused before anything is loaded from it. Where the file system has no POSIX owners, as on Windows, the
 * directories are used without a check, because the temporary directory belongs to one user there. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LibraryDirectories {

    private static final int ROOT = 0;
    /** Owner of what belongs to nobody inside a container, such as its root. */
    private static final int UNMAPPED = 65534;

    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0002;
    private static final int GROUP_OR_OTHERS = 0077;

    private static final String DJL_CACHE = "DJL_CACHE_DIR";
    private static final String DJL_ENGINES = "ENGINE_CACHE_DIR";

    private LibraryDirectories() {}

    /**
     * Creates an empty directory with a name that nobody can guess, below {@code java.io.tmpdir}; the caller deletes it.
     *
     * @throws IOException if it cannot be created, or if others can exchange it because the temporary directory lets
     *     everybody rename everything
     */
    public static Path newTemporary(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        try {
            require(directory, GROUP_OR_OTHERS, owner());
            return directory;
        } catch (IOException e) {
            Files.deleteIfExists(directory);
            throw new IOException(
                    e.getMessage() + ". Set -Djava.io.tmpdir to a directory that only this user can write.", e);
        }
    }

    /**
     * Makes DJL extract its libraries where only this user can write; call it before anything of DJL starts. DJL takes
     * {@code ENGINE_CACHE_DIR}, {@code DJL_CACHE_DIR} (environment, then system property) or {@code .djl.ai} in the home
     * directory; these may belong to this user, to root or, if they were named, to anybody, but not be open to all. Where the home directory cannot be written it would take {@code .djl.ai} below the
     * temporary directory and load what it finds there; instead it gets {@code rpt4j-<user>/djl}, with the mode 700.
     * Removes what killed processes left there while they extracted, if nobody has written to it for a day.
     *
     * @return where the libraries lie
     * @throws IOException if others can write to the directory; the message names it and says what to set
     */
    public static synchronized Path ofDjl() throws IOException {
        Path cache = cacheOfDjl();
        ExtractionLeftovers.remove(cache, Instant.now());
        return cache;
    }

    private static Path cacheOfDjl() throws IOException {
        @Nullable String chosen = setting(DJL_ENGINES);
        if (chosen == null) {
            chosen = setting(DJL_CACHE);
        }
        try {
            if (chosen != null) {
                return requireChosen(Path.of(chosen));
            }
            Path home = Path.of(System.getProperty("user.home"));
            if (Files.isWritable(home)) {
                return require(home.resolve(".djl.ai"), OTHERS_WRITE, owner());
            }
            Path own = ofUser(Path.of(System.getProperty("java.io.tmpdir")));
            System.setProperty(DJL_CACHE, own.toString());
            return own;
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + ". Native libraries are not loaded from there. Set the environment variable "
                            + DJL_CACHE + " (or -D" + DJL_CACHE + ") to a directory that only this user can write.",
                    e);
        }
    }

    private static @Nullable String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            value = System.getProperty(name);
        }
        return value == null || value.isBlank() ? null : value;
    }

    /** The directory of this user below a directory that everybody may write. */
    static Path ofUser(Path temporary) throws IOException {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
        Path own = require(temporary.resolve("rpt4j-" + user), GROUP_OR_OTHERS, owner());
        return require(own.resolve("djl"), GROUP_OR_OTHERS, owner());
    }

    /**
     * Creates a directory if it is missing, and refuses it if somebody else can put a file into it or exchange it.
     *
     * @param forbidden permissions that nobody may have on the directory itself
     * @param user id of the user; null where there are no owners
     */
    static Path require(Path directory, int forbidden, @Nullable Integer user) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        create(absolute, user != null);
        if (user != null) {
            boolean mayLink = forbidden != GROUP_OR_OTHERS;
            if (!mayLink && Files.isSymbolicLink(absolute)) {
                throw new IOException(absolute + " is a symbolic link, not a directory");
            }
            requireOwn(absolute.toRealPath(), forbidden, user);
            for (Path at = absolute; at != null; at = at.getParent()) {
                requireUnmovable(at, user);
            }
            for (Path at = absolute.toRealPath(); at != null; at = at.getParent()) {
                requireUnmovable(at, user);
            }
        }
        return absolute;
    }

    /** Whoever names a directory answers for its owner; one that everybody can write is a mistake. */
    private static Path requireChosen(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        boolean hasOwners = owner() != null;
        create(absolute, hasOwners);
        if (hasOwners && (mode(absolute.toRealPath()) & OTHERS_WRITE) != 0) {
            throw new IOException(
                    absolute + " can be written by everybody: its mode is " + octal(mode(absolute.toRealPath())));
        }
        return absolute;
    }

    private static void create(Path directory, boolean hasOwners) throws IOException {
        FileAttribute<?>[] mode = hasOwners
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createDirectories(directory, mode);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is not a directory", e);
        }
    }

    private static void requireOwn(Path directory, int forbidden, int user) throws IOException {
        int mode = mode(directory);
        if ((mode & forbidden) != 0) {
            throw new IOException(directory + " can be used by others: its mode is " + octal(mode));
        }
        int owner = owner(directory);
        if (owner != user && (owner != ROOT || forbidden == GROUP_OR_OTHERS)) {
            throw new IOException(directory + " belongs to the user " + owner + ", this process runs as " + user);
        }
    }

    /** In a directory with the sticky bit, only the owner of an entry can rename it. */
    private static void requireUnmovable(Path path, int user) throws IOException {
        int owner = owner(path);
        if (owner != user && owner != ROOT && owner != UNMAPPED) {
            throw new IOException(path + " belongs to the user " + owner + ", who can exchange what lies in it; this"
                    + " process runs as " + user);
        }
        int mode = mode(path);
        boolean link = Files.isSymbolicLink(path);
        if (!link && (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
            throw new IOException(path + " can be written by everybody: its mode is " + octal(mode));
        }
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static int owner(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static String octal(int mode) {
        return Integer.toOctalString(mode);
    }

    /** The id of this user, read from a new file: Java has no other way on all systems. */
    static @Nullable Integer owner() throws IOException {
        Path probe = Files.createTempFile("rpt4j-", ".owner");
        try {
            return probe.getFileSystem().supportedFileAttributeViews().contains("unix") ? owner(probe) : null;
        } finally {
            Files.delete(probe);
        }
    }
}
