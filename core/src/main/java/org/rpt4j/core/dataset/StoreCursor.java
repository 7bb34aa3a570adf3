package org.rpt4j.core.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads stored bytes from a place on; what {@link StoreOutput} writes. A length is compared with what is left before
 * anything is allocated. For one thread.
 */
final class StoreCursor {

    private final StoredBytes bytes;
    private long position;

    StoreCursor(StoredBytes bytes, long position) {
        this.bytes = bytes;
        this.position = position;
    }

    long position() {
        return position;
    }

    /** One byte, 0 to 255. */
    int next() {
        return bytes.at(position++) & 0xFF;
    }

    /** A number in seven bits a byte, the lowest first. */
    long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int part = next();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return value;
            }
            if (shift > 56) {
                throw new IllegalArgumentException("a number at " + position + " does not end");
            }
        }
    }

    /** A number in a fixed number of bytes, the lowest first. */
    long fixed(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    /** A number of things of so many bytes each, all of which follow. */
    int count(int bytesEach) {
        return requireHeld(number(), bytesEach);
    }

    /** Checks that there is room for so many things before the end. */
    int requireHeld(long count, int bytesEach) {
        if (count < 0 || count > Integer.MAX_VALUE - 8 || count > (bytes.size() - position) / bytesEach) {
            throw new IllegalArgumentException(count + " things of " + bytesEach + " bytes are said to follow "
                    + position + " of " + bytes.size());
        }
        return (int) count;
    }

    byte[] bytes(int count) {
        byte[] read = new byte[requireHeld(count, 1)];
        for (int i = 0; i < read.length; i++) {
            read[i] = bytes.at(position + i);
        }
        position += read.length;
        return read;
    }

    String text() {
        return new String(bytes(count(1)), UTF_8);
    }

    /** Token ids in so many bytes each. */
    int[] tokens(int count, int width) {
        int[] read = new int[requireHeld(count, width)];
        for (int i = 0; i < read.length; i++) {
            read[i] = (int) fixed(width);
        }
        return read;
    }
}
