package org.rpt4j.run.directory;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard. A record is: length (8 bytes, little endian), masked CRC32C of the length (4), data, masked
 * CRC32C of the data (4). The data is an {@code Event} in protocol buffers, of which five fields are needed here.
 */
final class EventFile {

    private static final int MASK = 0xa282ead8;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private EventFile() {}

    /** The name of a new file. TensorBoard finds it by {@code tfevents} in it. */
    static String name(double wallTime) {
        return "events.out.tfevents." + (long) wallTime + ".rpt4j";
    }

    /** Whether a file has such a name. */
    static boolean isName(String name) {
        return name.startsWith("events.out.tfevents.");
    }

    /** The record that a file begins with. */
    static byte[] header(double wallTime) {
        Message event = new Message().fixed64(1, wallTime).bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        return record(event.toByteArray());
    }

    /**
     * The record of a step.
     *
     * @param wallTime seconds since 1970
     */
    static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
        Message summary = new Message();
        values.forEach((tag, value) -> summary.bytes(
                1,
                new Message()
                        .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
                        .fixed32(2, value.floatValue())
                        .toByteArray()));
        Message event = new Message().fixed64(1, wallTime).varint(2, step).bytes(5, summary.toByteArray());
        return record(event.toByteArray());
    }

    /** Frames the data of a record. */
    static byte[] record(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(8 + 4 + data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, 8));
        record.put(data);
        record.putInt(maskedCrc(data, 0, data.length));
        return record.array();
    }

    /** CRC32C, rotated and shifted so that the checksum of data that holds checksums stays meaningful. */
    static int maskedCrc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    /** Protocol buffers, as far as they are needed. */
    private static final class Message {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            raw((long) field << 3 | VARINT);
            raw(value);
            return this;
        }

        Message fixed64(int field, double value) {
            raw((long) field << 3 | FIXED64);
            bytes.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
            return this;
        }

        Message fixed32(int field, float value) {
            raw((long) field << 3 | FIXED32);
            bytes.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Message bytes(int field, byte[] value) {
            raw((long) field << 3 | BYTES);
            raw(value.length);
            bytes.writeBytes(value);
            return this;
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }

        private void raw(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
    }
}
