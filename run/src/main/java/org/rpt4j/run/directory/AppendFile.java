package org.rpt4j.run.directory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rpt4j.api.error.StorageException;

/**
 * A file that grows by whole records and never has a hole. Records that cannot be written wait in memory, up to a limit,
 * and are written before the next one. It does not use a channel, because the interrupt that cancels a run could close
 * the channel before the last records. For one thread, except {@link #force}.
 */
final class AppendFile implements AutoCloseable {

    private static final int MOST_WAITING_BYTES = 64 << 20;

    private final RandomAccessFile file;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long length;

    AppendFile(Path path, long length) throws IOException {
        this.length = length;
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Creates a file, which must not exist. */
    static AppendFile create(Path path) throws IOException {
        Files.createFile(path);
        return new AppendFile(path, 0);
    }

    /**
     * Continues after the first bytes of a file and removes the rest.
     *
     * @throws StorageException if it has fewer
     */
    static AppendFile resume(Path path, long bytes) throws IOException {
        if (bytes == 0 && !Files.exists(path)) {
            return create(path);
        }
        require(path, bytes);
        AppendFile opened = new AppendFile(path, bytes);
        try {
            opened.file.setLength(bytes);
            return opened;
        } catch (IOException e) {
            opened.file.close();
            throw e;
        }
    }

    /**
     * Checks that a file has at least so many bytes; changes nothing.
     *
     * @throws StorageException if it has fewer
     */
    static void require(Path path, long bytes) throws IOException {
        long found = Files.exists(path) ? Files.size(path) : 0;
        if (found < bytes) {
            throw new StorageException(path + " has " + found + " bytes but had " + bytes
                    + " at the checkpoint: it was truncated or replaced. Restore it, or start a new run.");
        }
    }

    /**
     * Appends a record, now or with a later one.
     *
     * @return whether everything so far is written
     * @throws IOException if too much is waiting
     */
    boolean append(byte[] bytes) throws IOException {
        waiting.write(bytes);
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
