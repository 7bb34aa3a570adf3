package org.rpt4j.backend.jni;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.function.Consumer;

/** Moments in the engine's memory as single-precision numbers. Stateless. */
final class MomentBuffers {

    private final boolean narrow;

    /** @param narrow whether the engine holds them as bfloat16, the upper half of a single */
    MomentBuffers(boolean narrow) {
        this.narrow = narrow;
    }

    /** The moments of a weight: a view of them, or a copy of narrow ones. */
    FloatBuffer read(ByteBuffer engine) {
        if (!narrow) {
            return engine.asFloatBuffer();
        }
        ShortBuffer bits = engine.asShortBuffer();
        FloatBuffer copy = FloatBuffer.allocate(bits.capacity());
        for (int i = 0; i < bits.capacity(); i++) {
            copy.put(i, Float.intBitsToFloat(bits.get(i) << Short.SIZE));
        }
        return copy;
    }

    /** Has the moments of a weight filled in. Narrow ones are rounded to nearest: those of a narrow state stay as they are. */
    void write(ByteBuffer engine, Consumer<FloatBuffer> source) {
        if (!narrow) {
            source.accept(engine.asFloatBuffer());
            return;
        }
        ShortBuffer bits = engine.asShortBuffer();
        FloatBuffer copy = FloatBuffer.allocate(bits.capacity());
        source.accept(copy);
        for (int i = 0; i < bits.capacity(); i++) {
            bits.put(i, rounded(copy.get(i)));
        }
    }

    /** The nearest bfloat16 of a finite number, ties to even; the largest one instead of infinity. */
    private static short rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        int nearest = (bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE;
        return (short) ((nearest & 0x7fff) == 0x7f80 ? nearest - 1 : nearest);
    }
}
