package org.rpt4j.core.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Bytes that no longer change, to be read at any place: an array, or a mapped file of any size. A mapping lives as long
 * as this object, until the garbage collector finds it unused. Thread-safe.
 */
final class StoredBytes {

    /** A mapping holds less than 2 GiB; these are 1 GiB each. */
    private static final int SEGMENT_BITS = 30;

    private static final int IN_SEGMENT = (1 << SEGMENT_BITS) - 1;

    private final ByteBuffer[] segments;
    private final long size;

    private StoredBytes(ByteBuffer[] segments, long size) {
        this.segments = segments;
        this.size = size;
    }

    /** The first bytes of an array, which must not change any more. */
    static StoredBytes of(byte[] bytes, int size) {
        return new StoredBytes(new ByteBuffer[] {ByteBuffer.wrap(bytes, 0, size).slice()}, size);
    }

    /** A whole file. The channel may be closed afterwards. */
    static StoredBytes map(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer[] segments = new ByteBuffer[(int) ((size + IN_SEGMENT) >>> SEGMENT_BITS)];
        for (int i = 0; i < segments.length; i++) {
            long start = (long) i << SEGMENT_BITS;
            segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(size - start, 1L << SEGMENT_BITS));
        }
        return new StoredBytes(segments, size);
    }

    long size() {
        return size;
    }

    /**
     * One byte.
     *
     * @throws IndexOutOfBoundsException if there is none at this place
     */
    byte at(long position) {
        return segments[(int) (position >>> SEGMENT_BITS)].get((int) position & IN_SEGMENT);
    }

    /** The CRC-32C of the bytes before a place. */
    long checksum(long end) {
        CRC32C crc = new CRC32C();
        for (int i = 0; (long) i << SEGMENT_BITS < end; i++) {
            ByteBuffer segment = segments[i].duplicate();
            segment.limit((int) Math.min(segment.limit(), end - ((long) i << SEGMENT_BITS)));
            crc.update(segment);
        }
        return crc.getValue();
    }
}
