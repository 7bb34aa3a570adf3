package org.rpt4j.spark;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.rpt4j.api.TokenBatch;

/** Reads in the same order what {@link WireWriter} wrote. Not thread-safe. */
final class WireReader {

    private final ByteBuffer bytes;

    WireReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    int whole() {
        return bytes.getInt();
    }

    long wholeLong() {
        return bytes.getLong();
    }

    double real() {
        return Double.longBitsToDouble(bytes.getLong());
    }

    <E extends Enum<E>> E name(Class<E> type) {
        return Enum.valueOf(type, text());
    }

    String text() {
        return new String(raw(), StandardCharsets.UTF_8);
    }

    byte[] raw() {
        byte[] value = new byte[whole()];
        bytes.get(value);
        return value;
    }

    int[] wholes() {
        int[] values = new int[whole()];
        bytes.asIntBuffer().get(values);
        bytes.position(bytes.position() + Integer.BYTES * values.length);
        return values;
    }

    double[] reals() {
        double[] values = new double[whole()];
        bytes.asDoubleBuffer().get(values);
        bytes.position(bytes.position() + Double.BYTES * values.length);
        return values;
    }

    /** A view of the bytes, without a copy. */
    FloatBuffer floats() {
        int count = whole();
        FloatBuffer values = bytes.slice(bytes.position(), Float.BYTES * count).asFloatBuffer();
        bytes.position(bytes.position() + Float.BYTES * count);
        return values;
    }

    TokenBatch batch() {
        TokenBatch.Builder batch = TokenBatch.builder(real());
        all(wire -> batch.add(wire.wholes(), wire.all(WireReader::wholes)));
        return batch.build();
    }

    <T> List<T> all(Function<WireReader, T> each) {
        int count = whole();
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(each.apply(this));
        }
        return values;
    }
}
