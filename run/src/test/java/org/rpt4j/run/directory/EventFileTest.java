package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFileTest {

    /** CRC32C of RFC 3720, B.4, and of the usual check string, masked by hand. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 8a9136aa",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 62a8ab43",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 46dd794e",
        "313233343536373839, e3069283"
    })
    void theMaskIsThatOfTheFormat(String bytes, String crc) {
        byte[] data = HexFormat.of().parseHex(bytes);
        int masked = EventFile.maskedCrc(data, 0, data.length);
        int rotated = masked - 0xa282ead8;
        assertThat(rotated << 15 | rotated >>> 17).isEqualTo(Integer.parseUnsignedInt(crc, 16));
    }

    /** The first bytes of every event file that TensorFlow writes: a version record of 24 bytes. */
    @Test
    void theLengthOfAVersionRecordHasTheKnownChecksum() {
        byte[] record = EventFile.record(new byte[24]);
        assertThat(HexFormat.of().formatHex(record, 0, 12)).isEqualTo("1800000000000000a37f4b22");
        assertThat(record).hasSize(8 + 4 + 24 + 4);
    }

    @Test
    void whatIsWrittenCanBeParsed() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("reward/mean", 0.25);
        values.put("a tag of more than 127 bytes " + "x".repeat(200), Double.NaN);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(EventFile.header(1.7e9));
        file.write(EventFile.scalars(1.7e9 + 0.5, 0, values));
        file.write(EventFile.scalars(1.7e9 + 1, 300, Map.of("update/loss", -1e-3)));

        List<ParsedEvent> events = parse(file.toByteArray());

        assertThat(EventFile.name(1.7e9)).startsWith("events.out.tfevents.1700000000");

        assertThat(events).hasSize(3);
        assertThat(events.get(0)).isEqualTo(new ParsedEvent(1.7e9, 0, "brain.Event:2", Map.of()));
        assertThat(events.get(1).wallTime).isEqualTo(1.7e9 + 0.5);
        assertThat(events.get(1).values)
                .containsEntry("reward/mean", 0.25f)
                .hasSize(2)
                .containsValue(Float.NaN);
        assertThat(events.get(2)).isEqualTo(new ParsedEvent(1.7e9 + 1, 300, "", Map.of("update/loss", -1e-3f)));
    }

    private record ParsedEvent(double wallTime, long step, String version, Map<String, Float> values) {}

    /** A reader that shares nothing with the writer, checksums included. */
    private static List<ParsedEvent> parse(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<ParsedEvent> events = new ArrayList<>();
        while (in.hasRemaining()) {
            int start = in.position();
            int length = (int) in.getLong();
            assertThat(in.getInt()).isEqualTo(maskedCrcBitByBit(file, start, 8));
            ByteBuffer data = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            int checksum = maskedCrcBitByBit(file, in.position(), length);
            in.position(in.position() + length);
            assertThat(in.getInt()).isEqualTo(checksum);
            events.add(event(data));
        }
        return events;
    }

    private static int maskedCrcBitByBit(byte[] bytes, int from, int length) {
        int crc = -1;
        for (int i = from; i < from + length; i++) {
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
            }
        }
        crc = ~crc;
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static ParsedEvent event(ByteBuffer in) {
        double wallTime = 0;
        long step = 0;
        String version = "";
        Map<String, Float> values = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            switch ((int) varint(in)) {
                case 0x09 -> wallTime = in.getDouble();
                case 0x10 -> step = varint(in);
                case 0x1a -> version = text(in);
                case 0x2a -> summary(message(in), values);
                default -> throw new AssertionError("unknown field of an event");
            }
        }
        return new ParsedEvent(wallTime, step, version, values);
    }

    private static void summary(ByteBuffer in, Map<String, Float> values) {
        while (in.hasRemaining()) {
            assertThat(varint(in)).isEqualTo(0x0a);
            ByteBuffer value = message(in);
            assertThat(varint(value)).isEqualTo(0x0a);
            String tag = text(value);
            assertThat(varint(value)).isEqualTo(0x15);
            values.put(tag, value.getFloat());
        }
    }

    private static ByteBuffer message(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer message = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return message;
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(message(in)).toString();
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
