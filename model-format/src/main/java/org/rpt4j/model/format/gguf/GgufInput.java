package org.rpt4j.model.format.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.rpt4j.api.error.ModelFormatException;

/** Reads the header of a file front to back. Nothing is allocated for a length that the file cannot hold. */
final class GgufInput {

    private static final int BUFFER = 1 << 16;
    /** The length of a text; chat templates are the longest. */
    private static final int MAX_TEXT = 16 << 20;

    private final String file;
    private final FileChannel channel;
    private final long length;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    /** Where the file is read next, behind the buffer. */
    private long next;

    GgufInput(String file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.length = channel.size();
    }

    /** Returns the length of the file. */
    long length() {
        return length;
    }

    /** Returns where the next byte is. */
    long position() {
        return next - buffer.remaining();
    }

    /**
     * Refuses a count of items that the rest of the file cannot hold.
     *
     * @param bytes least length of an item
     * @param most more are refused in any case
     */
    int count(long found, long bytes, int most, String what) {
        long fit = Math.min(most, (length - position()) / bytes);
        if (found < 0 || found > fit) {
            throw new ModelFormatException(file + ": " + what + " claims a length of "
                    + Long.toUnsignedString(found) + " at byte " + position() + ", at most " + fit
                    + " is possible. The file is truncated, damaged or not a GGUF file.");
        }
        return (int) found;
    }

    private ByteBuffer take(int bytes, String what) throws IOException {
        if (length - position() < bytes) {
            throw new ModelFormatException(file + ": the file ends at byte " + length + ", within " + what
                    + ", which begins at byte " + position() + ". The file is truncated or damaged.");
        }
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int read = channel.read(buffer, next);
                if (read < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
                next += read;
            }
            buffer.flip();
        }
        return buffer;
    }

    int u8(String what) throws IOException {
        return take(Byte.BYTES, what).get() & 0xff;
    }

    short i16(String what) throws IOException {
        return take(Short.BYTES, what).getShort();
    }

    int i32(String what) throws IOException {
        return take(Integer.BYTES, what).getInt();
    }

    long u32(String what) throws IOException {
        return i32(what) & 0xffff_ffffL;
    }

    /** Reads 64 bits; a number of 2^63 or more is negative. */
    long i64(String what) throws IOException {
        return take(Long.BYTES, what).getLong();
    }

    float f32(String what) throws IOException {
        return take(Float.BYTES, what).getFloat();
    }

    double f64(String what) throws IOException {
        return take(Double.BYTES, what).getDouble();
    }

    /** Reads a length and as many bytes of UTF-8. */
    String text(String what) throws IOException {
        int count = textLength(what);
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, BUFFER);
            take(part, what).get(bytes, done, part);
            done += part;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') >= 0) {
            requireUtf8(bytes, what);
        }
        return text;
    }

    private int textLength(String what) throws IOException {
        return count(i64(what), 1, MAX_TEXT, what);
    }

    /** Skips what {@link #text} would read. */
    void skipText(String what) throws IOException {
        for (int left = textLength(what); left > 0; ) {
            int part = Math.min(left, BUFFER);
            ByteBuffer bytes = take(part, what);
            bytes.position(bytes.position() + part);
            left -= part;
        }
    }

    /** Decodes again with an error in place of the replacement character, which the text may also have by itself. */
    private void requireUtf8(byte[] bytes, String what) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file + ": " + what + " is not valid UTF-8", e);
        }
    }
}
