package org.rpt4j.backend.onnx.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes rows of floats in little-endian order. Not thread-safe. */
final class FloatOutput {

    private final OutputStream out;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    FloatOutput(OutputStream out) {
        this.out = out;
    }

    /** Writes a row; throws {@link UncheckedIOException}, since the producers of rows know nothing of streams. */
    void write(float[] row) {
        int length = Math.multiplyExact(Float.BYTES, row.length);
        if (bytes.capacity() != length) {
            bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }
        bytes.asFloatBuffer().put(row);
        try {
            out.write(bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
