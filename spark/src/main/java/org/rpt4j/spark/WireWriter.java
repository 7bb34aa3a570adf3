package org.rpt4j.spark;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.rpt4j.api.TokenBatch;

/** Writes numbers and texts as big-endian bytes, for another JVM to read with {@link WireReader}. Not thread-safe. */
final class WireWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WireWriter flag(boolean value) {
        bytes.write(value ? 1 : 0);
        return this;
    }

    WireWriter whole(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(0, value).array());
        return this;
    }

    WireWriter wholeLong(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(0, value).array());
        return this;
    }

    WireWriter real(double value) {
        return wholeLong(Double.doubleToRawLongBits(value));
    }

    WireWriter name(Enum<?> value) {
        return text(value.name());
    }

    WireWriter text(String value) {
        return raw(value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter raw(byte[] value) {
        whole(value.length);
        bytes.writeBytes(value);
        return this;
    }

    WireWriter wholes(int[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * values.length);
        buffer.asIntBuffer().put(values);
        whole(values.length);
        bytes.writeBytes(buffer.array());
        return this;
    }

    WireWriter reals(double[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Double.BYTES * values.length);
        buffer.asDoubleBuffer().put(values);
        whole(values.length);
        bytes.writeBytes(buffer.array());
        return this;
    }

    WireWriter floats(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * values.length);
        buffer.asFloatBuffer().put(values);
        whole(values.length);
        bytes.writeBytes(buffer.array());
        return this;
    }

    /** Its groups with all their completions, and the temperature. */
    WireWriter batch(TokenBatch batch) {
        return real(batch.temperature())
                .all(
                        Group.of(batch),
                        (wire, group) -> wire.wholes(group.prompt()).all(group.completions(), WireWriter::wholes));
    }

    /** The number of values, and each as the function writes it. */
    <T> WireWriter all(Collection<T> values, BiConsumer<WireWriter, T> each) {
        whole(values.size());
        values.forEach(value -> each.accept(this, value));
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
