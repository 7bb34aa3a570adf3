package org.rpt4j.run.directory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.model.format.Sha256;

/**
 * A file that grows by whole records and never has a hole. Records that cannot be written wait in memory, up to a limit,
 * and are written before the next one. It does not use a channel, because the interrupt that cancels a run could close
 * the channel before the last records. For one thread, except {@link #force}.
 */
final class AppendFile implements AutoCloseable {

    private static final int MOST_WAITING_BYTES = 64 << 20;

    private final RandomAccessFile file;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private final Sha256 hash;
    private long length;

    AppendFile(Path path, long length, Sha256 hash) throws IOException {
        this.length = length;
        this.hash = hash;
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Creates a file, which must not exist. */
    static AppendFile create(Path path) throws IOException {
        Files.createFile(path); // fails on whatever is there, a link too
        return new AppendFile(path, 0, new Sha256());
    }

    /**
     * Continues after the first bytes of a file and removes the rest.
     *
     * @param sha256 hash of these bytes; null if it is not known
     * @throws StorageException if it has fewer, or others
     */
    static AppendFile resume(Path path, long bytes, @Nullable String sha256) throws IOException {
        if (bytes == 0 && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return create(path);
        }
        AppendFile opened = new AppendFile(path, bytes, require(path, bytes, sha256));
        try {
            opened.file.setLength(bytes);
            return opened;
        } catch (IOException e) {
            opened.file.close();
            throw e;
        }
    }

    /**
     * Checks that a file begins with so many bytes of this hash and may be written; changes nothing.
     *
     * @return a hash of these bytes to add to
     * @throws StorageException if it has fewer, or others
     */
    static Sha256 require(Path path, long bytes, @Nullable String sha256) throws IOException {
        PlainFiles.requireWritable(path);
        long found = Files.exists(path) ? Files.size(path) : 0;
        if (found < bytes) {
            throw new StorageException(path + " has " + found + " bytes but had " + bytes
                    + " at the checkpoint: it was truncated or replaced. Restore it, or start a new run.");
        }
        Sha256 hash = new Sha256();
        if (bytes > 0) {
            hash.addFirst(path, bytes);
        }
        if (sha256 != null && !hash.hexSoFar().equals(sha256)) {
            throw new StorageException(path + " was changed: its first " + bytes + " bytes have the hash "
                    + hash.hexSoFar() + " but had " + sha256 + " at the checkpoint. Restore it, or start a new run.");
        }
        return hash;
    }

    /**
     * Appends a record, now or with a later one.
     *
     * @return whether everything so far is written
     * @throws IOException if too much is waiting
     */
    boolean append(byte[] bytes) throws IOException {
        waiting.write(bytes);
        hash.add(bytes);
        try {
            flush();
            return true;
        } catch (IOException e) {
            if (waiting.size() > MOST_WAITING_BYTES) {
                throw e;
            }
            return false;
        }
    }

    /** Writes what is waiting. */
    void flush() throws IOException {
        if (waiting.size() > 0) {
            file.seek(length);
            file.write(waiting.toByteArray());
            length += waiting.size();
            waiting.reset();
        }
    }

    /** Bytes written or waiting. */
    long recorded() {
        return length + waiting.size();
    }

    /** Hash of what is written or waiting. */
    String sha256() {
        return hash.hexSoFar();
    }

    /** Bytes written. */
    long length() {
        return length;
    }

    /** Forces what is written to the disk; safe from any thread. */
    void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
