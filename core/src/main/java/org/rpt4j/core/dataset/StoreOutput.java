package org.rpt4j.core.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;

/**
 * Takes bytes in order. Few stay in the heap; from a number on all go to a file, of which the heap then holds a buffer.
 * For one thread.
 */
final class StoreOutput implements AutoCloseable {

    private static final int BUFFER = 1 << 20;

    private final int mostInMemory;
    private final Supplier<TaskFile> opening;
    private final CRC32C checksum = new CRC32C();
    private @Nullable TaskFile file;
    private byte[] buffer = new byte[1 << 12];
    private int filled;
    private long written;

    /**
     * @param mostInMemory bytes that the heap holds before there is a file
     * @param opening makes the file once there are more
     */
    StoreOutput(int mostInMemory, Supplier<TaskFile> opening) {
        this.mostInMemory = mostInMemory;
        this.opening = opening;
    }

    /** Number of bytes so far. */
    long position() {
        return written + filled;
    }

    /** Puts what is in the heap into the file, too. */
    void toFile() {
        if (file == null) {
            file = opening.get();
        }
    }

    void put(int value) {
        if (filled == buffer.length) {
            makeRoom();
        }
        buffer[filled++] = (byte) value;
    }

    /** See {@link StoreCursor#number}. */
    void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** See {@link StoreCursor#fixed}. */
    void fixed(long value, int width) {
        for (int i = 0; i < width; i++) {
            put((int) (value >>> (8 * i)));
        }
    }

    void bytes(byte[] values) {
        for (byte value : values) {
            put(value);
        }
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        number(utf8.length);
        bytes(utf8);
    }

    void tokens(int[] ids, int width) {
        for (int id : ids) {
            fixed(id, width);
        }
    }

    /** Bytes that each of these ids needs, 1 to 4. */
    static int width(int[] ids) {
        int bits = 0;
        for (int id : ids) {
            bits |= id;
        }
        return Math.max(1, (39 - Integer.numberOfLeadingZeros(bits)) / 8);
    }

    /** The CRC-32C of all bytes so far, which are then in the file. */
    long checksum() {
        flush();
        return checksum.getValue();
    }

    /** Ends the output. The file is committed if there is one. */
    StoredBytes finish() {
        if (file == null) {
            return StoredBytes.of(Arrays.copyOf(buffer, filled), filled);
        }
        flush();
        return file.finish(written);
    }

    private void makeRoom() {
        if (filled >= mostInMemory) {
            toFile();
        }
        if (file == null) {
            buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, Math.max(mostInMemory, buffer.length + 1)));
            return;
        }
        flush();
        if (buffer.length != BUFFER) {
            buffer = new byte[BUFFER];
        }
    }

    private void flush() {
        if (file == null) {
            return;
        }
        try {
            file.out().write(buffer, 0, filled);
        } catch (IOException e) {
            throw new StorageException(
                    "cannot write the tasks to " + file.place() + " after " + written + " bytes: " + e
                            + ". Free space there, or make fewer tasks.",
                    e);
        }
        checksum.update(buffer, 0, filled);
        written += filled;
        filled = 0;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
