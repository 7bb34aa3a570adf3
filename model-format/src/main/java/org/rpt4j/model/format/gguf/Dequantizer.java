package org.rpt4j.model.format.gguf;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.rpt4j.model.format.DType;

/**
 * Turns blocks into floats. The layouts are those of ggml: scales are IEEE halves, everything is little-endian, and each
 * product is rounded to float once, from left to right as written here. Stateless.
 */
final class Dequantizer {

    private static final int HALF_BYTES = 2;
    private static final int SMALL = 32;
    private static final int LARGE = 256;

    private Dequantizer() {}

    /**
     * Converts whole blocks.
     *
     * @param bytes exactly {@code count / type.blockValues()} blocks
     * @param count values to write, from the start of {@code values}
     */
    static void dequantize(GgmlType type, byte[] bytes, float[] values, int count) {
        switch (type) {
            case F32 -> plain(DType.F32, bytes, values, count);
            case F16 -> plain(DType.F16, bytes, values, count);
            case BF16 -> plain(DType.BF16, bytes, values, count);
            case Q8_0 -> q8(bytes, values, count);
            case Q4_0 -> symmetric(bytes, values, count, false);
            case Q5_0 -> symmetric(bytes, values, count, true);
            case Q4_1 -> withMinimum(bytes, values, count, false);
            case Q5_1 -> withMinimum(bytes, values, count, true);
            case Q2_K -> q2k(bytes, values, count);
            case Q3_K -> q3k(bytes, values, count);
            case Q4_K -> groups(bytes, values, count, false);
            case Q5_K -> groups(bytes, values, count, true);
            case Q6_K -> q6k(bytes, values, count);
        }
    }

    private static void plain(DType type, byte[] bytes, float[] values, int count) {
        type.decode(ByteBuffer.wrap(bytes, 0, count * type.bytes()), FloatBuffer.wrap(values, 0, count));
    }

    /** A half d, then 32 signed bytes q: d q. */
    private static void q8(byte[] bytes, float[] values, int count) {
        int at = 0;
        for (int out = 0; out < count; out += SMALL) {
            float d = half(bytes, at);
            at += HALF_BYTES;
            for (int i = 0; i < SMALL; i++) {
                values[out + i] = d * bytes[at + i];
            }
            at += SMALL;
        }
    }

    /** A half d, then 32 values q of 4 or 5 bits as {@link #small} reads them: d (q - 8) or d (q - 16). */
    private static void symmetric(byte[] bytes, float[] values, int count, boolean fifthBits) {
        int at = 0;
        int zero = fifthBits ? 16 : 8;
        for (int out = 0; out < count; out += SMALL) {
            float d = half(bytes, at);
            at += HALF_BYTES;
            for (int i = 0; i < SMALL; i++) {
                values[out + i] = d * (small(bytes, at, i, fifthBits) - zero);
            }
            at += smallBytes(fifthBits);
        }
    }

    /** Halves d and m, then 32 values q as {@link #small} reads them: d q + m. */
    private static void withMinimum(byte[] bytes, float[] values, int count, boolean fifthBits) {
        int at = 0;
        for (int out = 0; out < count; out += SMALL) {
            float d = half(bytes, at);
            float m = half(bytes, at + HALF_BYTES);
            at += 2 * HALF_BYTES;
            for (int i = 0; i < SMALL; i++) {
                values[out + i] = d * small(bytes, at, i, fifthBits) + m;
            }
            at += smallBytes(fifthBits);
        }
    }

    /**
     * Four bytes with the fifth bits of 32 values, if there are any, then 16 bytes with the values 0..15 in their low
     * and 16..31 in their high halves.
     */
    private static int small(byte[] bytes, int at, int i, boolean fifthBits) {
        int low = at + (fifthBits ? 4 : 0) + i % 16;
        int q = (bytes[low] >> 4 * (i / 16)) & 15;
        return fifthBits ? q | ((bytes[at + i / 8] >> i % 8) & 1) << 4 : q;
    }

    private static int smallBytes(boolean fifthBits) {
        return fifthBits ? 20 : 16;
    }

    /**
     * 16 bytes with a scale s and a minimum m of 4 bits for 16 values each, 64 bytes with q, and halves d and dmin:
     * (d s) q - (dmin m). Each half of a block holds its 128 values as four rows of 32 that share bytes.
     */
    private static void q2k(byte[] bytes, float[] values, int count) {
        int at = 0;
        for (int out = 0; out < count; out += LARGE) {
            float d = half(bytes, at + 80);
            float dmin = half(bytes, at + 80 + HALF_BYTES);
            for (int part = 0; part < LARGE / 16; part++) {
                float scale = d * (bytes[at + part] & 15);
                float minimum = dmin * ((bytes[at + part] >> 4) & 15);
                for (int i = 16 * part; i < 16 * (part + 1); i++) {
                    values[out + i] = scale * twoBits(bytes, at + 16, i) - minimum;
                }
            }
            at += GgmlType.Q2_K.blockBytes();
        }
    }

    /**
     * 32 bytes with the third bits of q, 64 with the two low ones, 12 with 16 scales s of 6 bits, and a half d:
     * (d (s - 32)) (q - 4). Byte i has the third bits of the values i, i + 32 and so on.
     */
    private static void q3k(byte[] bytes, float[] values, int count) {
        int at = 0;
        for (int out = 0; out < count; out += LARGE) {
            float d = half(bytes, at + 108);
            for (int part = 0; part < LARGE / 16; part++) {
                int low = (bytes[at + 96 + part % 8] >> 4 * (part / 8)) & 15;
                int high = (bytes[at + 104 + part % 4] >> 2 * (part / 4)) & 3;
                float scale = d * ((low | high << 4) - 32);
                for (int i = 16 * part; i < 16 * (part + 1); i++) {
                    int third = (bytes[at + i % SMALL] >> i / SMALL) & 1;
                    values[out + i] = scale * ((twoBits(bytes, at + 32, i) | third << 2) - 4);
                }
            }
            at += GgmlType.Q3_K.blockBytes();
        }
    }

    /** Value i of a block of 256 in 64 bytes. */
    private static int twoBits(byte[] bytes, int at, int i) {
        return (bytes[at + SMALL * (i / 128) + i % SMALL] >> 2 * (i % 128 / SMALL)) & 3;
    }

    /**
     * Halves d and dmin, 12 bytes with eight pairs of 6-bit scales s and minima m, 32 bytes with the fifth bits of q, if
     * there are any, then 128 bytes: each 32 of them hold two groups of 32 values, in their low and in their high
     * halves: (d s) q - (dmin m). Byte i of the fifth bits has those of value i of every group.
     */
    private static void groups(byte[] bytes, float[] values, int count, boolean fifthBits) {
        int at = 0;
        for (int out = 0; out < count; out += LARGE) {
            float d = half(bytes, at);
            float dmin = half(bytes, at + HALF_BYTES);
            int scales = at + 2 * HALF_BYTES;
            int fifth = scales + 12;
            int q = fifthBits ? fifth + SMALL : fifth;
            for (int group = 0; group < 8; group++) {
                float scale = d * scale(bytes, scales, group);
                float minimum = dmin * minimum(bytes, scales, group);
                int from = q + SMALL * (group / 2);
                int to = out + SMALL * group;
                int shift = 4 * (group % 2);
                for (int i = 0; i < SMALL; i++) {
                    int high = fifthBits ? ((bytes[fifth + i] >> group) & 1) << 4 : 0;
                    values[to + i] = scale * ((bytes[from + i] >> shift) & 15 | high) - minimum;
                }
            }
            at += fifthBits ? GgmlType.Q5_K.blockBytes() : GgmlType.Q4_K.blockBytes();
        }
    }

    /** The first four scales are the low 6 bits of bytes 0..3; the others are split into 4 low and 2 high bits. */
    private static int scale(byte[] bytes, int at, int group) {
        return group < 4
                ? bytes[at + group] & 63
                : bytes[at + group + 4] & 15 | ((bytes[at + group - 4] >> 6) & 3) << 4;
    }

    /** The same for the minima, in bytes 4..7, and the high halves of bytes 8..11. */
    private static int minimum(byte[] bytes, int at, int group) {
        return group < 4
                ? bytes[at + group + 4] & 63
                : (bytes[at + group + 4] >> 4) & 15 | ((bytes[at + group] >> 6) & 3) << 4;
    }

    /**
     * 128 bytes with the low 4 bits of q, 64 with the 2 high ones, 16 signed scales s for 16 values each, and a half d:
     * (d s) (q - 32). Each half of the block holds its 128 values as four rows of 32 that share bytes.
     */
    private static void q6k(byte[] bytes, float[] values, int count) {
        int at = 0;
        for (int out = 0; out < count; out += LARGE) {
            float d = half(bytes, at + 208);
            for (int half = 0; half < 2; half++) {
                int low = at + 64 * half;
                int high = at + 128 + 32 * half;
                for (int row = 0; row < 4; row++) {
                    int from = low + SMALL * (row % 2);
                    int lowShift = 4 * (row / 2);
                    int highShift = 2 * row;
                    int to = out + 128 * half + SMALL * row;
                    for (int part = 0; part < SMALL; part += 16) {
                        float scale = d * bytes[at + 192 + 8 * half + 2 * row + part / 16];
                        for (int i = part; i < part + 16; i++) {
                            int q = (bytes[from + i] >> lowShift) & 15 | ((bytes[high + i] >> highShift) & 3) << 4;
                            values[to + i] = scale * (q - 32);
                        }
                    }
                }
            }
            at += GgmlType.Q6_K.blockBytes();
        }
    }

    private static float half(byte[] bytes, int at) {
        return DType.halfToFloat((short) (bytes[at] & 0xff | bytes[at + 1] << 8));
    }
}
