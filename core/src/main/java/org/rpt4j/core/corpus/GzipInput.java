package org.rpt4j.core.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The text of all members of a gzip file (RFC 1952). {@link java.util.zip.GZIPInputStream} takes a damaged later member
 * for the end of the file; this one reads every member to its end, or throws. Not thread-safe.
 */
final class GzipInput extends InputStream {

    /** Zero bytes up to this number are padding; more may be a member that was never written. */
    private static final int MOST_PADDING = 19;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FIRST_BYTE = 0x1f;
    private static final int SECOND_BYTE = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 1 << 1;
    private static final int EXTRA_FIELD = 1 << 2;
    private static final int NAME = 1 << 3;
    private static final int COMMENT = 1 << 4;
    private static final int RESERVED = 0xE0;
    private static final int TIME_FLAGS_SYSTEM = 6;

    private final InputStream compressed;
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final CRC32 header = new CRC32();
    private final CRC32 text = new CRC32();
    private int position;
    private int filled;
    private long members;
    private boolean insideMember;
    private boolean ended;

    GzipInput(InputStream compressed) {
        this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (length > 0) {
            if (!insideMember && !startMember()) {
                return -1;
            }
            int count = inflate(bytes, offset, length);
            if (count > 0) {
                text.update(bytes, offset, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new ZipException(member() + " needs a dictionary, which gzip does not have");
            } else if (fill()) {
                inflater.setInput(buffer, 0, filled);
            } else {
                throw new EOFException(member() + " ends too early");
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        compressed.close();
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException(member() + " is damaged: " + e.getMessage());
        }
    }

    private boolean startMember() throws IOException {
        if (ended) {
            return false;
        }
        int first = next();
        if (members > 0 && first <= 0) {
            requirePadding(first);
            ended = true;
            return false;
        }
        members++;
        header.reset();
        header.update(first);
        if (first != FIRST_BYTE || headerByte() != SECOND_BYTE) {
            throw new ZipException(
                    members == 1 ? "it is not a gzip file" : "what follows member " + (members - 1) + " is not gzip");
        }
        readHeader();
        inflater.reset();
        inflater.setInput(buffer, position, filled - position);
        text.reset();
        insideMember = true;
        return true;
    }

    private void readHeader() throws IOException {
        int method = headerByte();
        int flags = headerByte();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException(member() + " has an unknown method or flag");
        }
        skip(TIME_FLAGS_SYSTEM);
        if ((flags & EXTRA_FIELD) != 0) {
            skip(headerByte() | headerByte() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        int checksum = (int) header.getValue() & 0xFFFF;
        if ((flags & HEADER_CHECKSUM) != 0 && (headerByte() | headerByte() << 8) != checksum) {
            throw new ZipException(member() + " has a damaged header");
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipText() throws IOException {
        while (headerByte() != 0) {
            // The name or comment is not needed.
        }
    }

    private void endMember() throws IOException {
        position = filled - inflater.getRemaining();
        insideMember = false;
        long checksum = number();
        long length = number();
        if (checksum != text.getValue() || length != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw new ZipException(member() + " is damaged: its checksum or length is wrong");
        }
    }

    private long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (long) headerByte() << shift;
        }
        return value;
    }

    private void requirePadding(int first) throws IOException {
        long zeros = 0;
        for (int next = first; next >= 0; next = next()) {
            zeros++;
            if (next > 0 || zeros > MOST_PADDING) {
                throw new ZipException("what follows member " + members + " is not gzip; at most " + MOST_PADDING
                        + " zero bytes may follow");
            }
        }
    }

    private int headerByte() throws IOException {
        int next = next();
        if (next < 0) {
            throw new EOFException(member() + " ends too early");
        }
        header.update(next);
        return next;
    }

    private int next() throws IOException {
        return position < filled || fill() ? buffer[position++] & 0xFF : -1;
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, compressed.read(buffer));
        return filled > 0;
    }

    private String member() {
        return "member " + members;
    }
}
