package org.rpt4j.model.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The storage formats of weights. Conversion to {@code float} is exact; conversion from {@code float} rounds to
 * nearest, ties to even. Thread-safe.
 *
 * @since 0.1.0
 */
public enum DType {
    /** IEEE 754 single precision. */
    F32(4, "float32"),
    /** IEEE 754 half precision: 11 significant bits, largest finite number 65504. */
    F16(2, "float16"),
    /** bfloat16, the upper half of a single: 8 significant bits, the range of a single. */
    BF16(2, "bfloat16");

    private final int bytes;
    private final String torchName;

    DType(int bytes, String torchName) {
        this.bytes = bytes;
        this.torchName = torchName;
    }

    /** Returns the number of bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** Returns the name used in {@code config.json}, such as {@code bfloat16}. */
    public String torchName() {
        return torchName;
    }

    /**
     * Parses the name used in a safetensors header, such as {@code BF16}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static DType parse(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("dtype \"" + name + "\" is not supported. Supported: F32, F16, BF16");
    }

    /**
     * Converts all remaining elements of {@code source} into {@code target}; both positions advance.
     *
     * @param source little-endian elements, whatever the buffer's own byte order
     */
    public void decode(ByteBuffer source, FloatBuffer target) {
        ByteBuffer bits = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        int count = bits.remaining() / bytes;
        switch (this) {
            case F32 -> target.put(bits.asFloatBuffer());
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target.put(halfToFloat(bits.getShort(2 * i)));
                }
            }
            case BF16 -> {
                // Puts with an index are twice as fast as those that move the position.
                int start = target.position();
                for (int i = 0; i < count; i++) {
                    target.put(start + i, bfloat16ToFloat(bits.getShort(2 * i)));
                }
                target.position(start + count);
            }
        }
        source.position(source.position() + count * bytes);
    }

    /**
     * Converts all remaining elements of {@code source} into {@code target} in little-endian order; both positions
     * advance.
     *
     * @throws ArithmeticException if a finite number is too large for this format
     */
    public void encode(FloatBuffer source, ByteBuffer target) {
        ByteBuffer bits = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        int count = source.remaining();
        if (this == F32) {
            bits.asFloatBuffer().put(source);
        } else {
            for (int i = 0; i < count; i++) {
                bits.putShort(2 * i, narrow(source.get()));
            }
        }
        target.position(target.position() + count * bytes);
    }

    /**
     * Returns the first of the remaining elements that is NaN or infinite, counted from the position; -1 if all are
     * finite.
     *
     * @param source little-endian elements, whatever the buffer's own byte order
     */
    int firstNotFinite(ByteBuffer source) {
        ByteBuffer bits = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        int count = bits.remaining() / bytes;
        int perWord = Long.BYTES / bytes;
        long signs = repeated(bytes == Short.BYTES ? 0x8000L : 0x80000000L);
        long one = repeated(exponentStep());
        // The exponent of NaN and infinity is all ones: one more of it sets the place of the sign.
        int i = 0;
        for (int end = count / perWord * perWord; i < end; i += perWord) {
            if ((((bits.getLong(i * bytes) & ~signs) + one) & signs) != 0) {
                break;
            }
        }
        while (i < count && Float.isFinite(element(bits, i))) {
            i++;
        }
        return i < count ? i : -1;
    }

    private long repeated(long element) {
        return bytes == Short.BYTES ? element * 0x0001000100010001L : element * 0x0000000100000001L;
    }

    /** One in the lowest place of the exponent. */
    private long exponentStep() {
        return switch (this) {
            case F32 -> 0x00800000L;
            case F16 -> 0x0400L;
            case BF16 -> 0x0080L;
        };
    }

    private float element(ByteBuffer bits, int index) {
        return switch (this) {
            case F32 -> bits.getFloat(index * bytes);
            case F16 -> halfToFloat(bits.getShort(index * bytes));
            case BF16 -> bfloat16ToFloat(bits.getShort(index * bytes));
        };
    }

    private short narrow(float value) {
        short narrow = this == F16 ? floatToHalf(value) : floatToBfloat16(value);
        float back = this == F16 ? halfToFloat(narrow) : bfloat16ToFloat(narrow);
        if (Float.isInfinite(back) && !Float.isInfinite(value)) {
            throw new ArithmeticException(value + " is too large for " + this);
        }
        return narrow;
    }

    /** Returns the exact value of a half, including subnormals. */
    public static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wideExponent = exponent == 0x1f ? 0xff : exponent + (127 - 15);
        return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
    }

    /** Returns the nearest half, ties to even; infinite from 65520 on. */
    public static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00 | (magnitude >>> 13) & 0x3ff);
        }
        if (magnitude >= Float.floatToRawIntBits(0x1p16f)) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < Float.floatToRawIntBits(0x1p-14f)) {
            // Below the normal halves the spacing is a constant 2^-24, and the product is exact in double.
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
        return (short) (sign | (rounded - ((127 - 15) << 23)) >>> 13);
    }

    /** Returns the exact value of a bfloat16. */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Returns the nearest bfloat16, ties to even. */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
