package org.rpt4j.model.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.rpt4j.api.error.StorageException;

/**
 * A file that is being written, for content that comes piece by piece; see {@link AtomicFiles}. It appears under its name
 * when it is {@linkplain #commit committed}; until then, and if it is closed before, an older file is unchanged. Works on
 * an interrupted thread. For one thread.
 */
public final class AtomicFile implements AutoCloseable {

    private final Path file;
    private final Path target;
    private final Temporary temporary;
    private final OutputStream out;

    private AtomicFile(Path file, Path target, Temporary temporary, OutputStream out) {
        this.file = file;
        this.target = target;
        this.temporary = temporary;
        this.out = out;
    }

    /**
     * Begins to write a file.
     *
     * @throws StorageException if there is something else than a plain file in its place, or its directory cannot be
     *     written
     */
    public static AtomicFile create(Path file) {
        try {
            Path target = AtomicFiles.resolve(file);
            PlainFiles.requireReplaceable(target);
            AtomicFiles.createDirectories(AtomicFiles.parent(target));
            Temporary temporary = Temporary.beside(target);
            try {
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(
                        temporary.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
                return new AtomicFile(file, target, temporary, out);
            } catch (IOException | RuntimeException | Error e) {
                temporary.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Takes the content, buffered. */
    public OutputStream out() {
        return out;
    }

    /**
     * Syncs the content to disk and moves it into place.
     *
     * @throws StorageException if it cannot be written; the older file is unchanged
     */
    public void commit() {
        try {
            out.close();
            AtomicFiles.force(temporary.path(), StandardOpenOption.WRITE);
            Files.move(temporary.path(), target, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.forceDirectory(AtomicFiles.parent(target));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Removes what was written, unless it was committed; idempotent.
     *
     * @throws StorageException if it cannot be removed
     */
    @Override
    public void close() {
        try (temporary) {
            out.close();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** The error for a file that cannot be written. */
    static StorageException failed(Path file, IOException cause) {
        return new StorageException(
                "cannot write " + file + ": " + cause + ". The previous content is unchanged.", cause);
    }
}
