package org.rpt4j.testdata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.rpt4j.model.format.DType;

/**
 * The element types of GGUF files, one value at a time, written from the descriptions of the blocks: an index leads to bits
 * and scales. Slow, and independent of what reads whole blocks.
 */
public enum GgufBlocks {
    F32(0, 1, 4) {
        @Override
        float value(ByteBuffer block, int i) {
            return block.getFloat(0);
        }
    },
    F16(1, 1, 2) {
        @Override
        float value(ByteBuffer block, int i) {
            return half(block, 0);
        }
    },
    BF16(30, 1, 2) {
        @Override
        float value(ByteBuffer block, int i) {
            return DType.bfloat16ToFloat(block.getShort(0));
        }
    },
    Q8_0(8, 32, 34) {
        @Override
        float value(ByteBuffer block, int i) {
            return half(block, 0) * block.get(2 + i);
        }
    },
    Q4_0(2, 32, 18) {
        @Override
        float value(ByteBuffer block, int i) {
            return half(block, 0) * (bits(block, 2 + i % 16, 4 * (i / 16), 4) - 8);
        }
    },
    Q4_1(3, 32, 20) {
        @Override
        float value(ByteBuffer block, int i) {
            return half(block, 0) * bits(block, 4 + i % 16, 4 * (i / 16), 4) + half(block, 2);
        }
    },
    Q5_0(6, 32, 22) {
        @Override
        float value(ByteBuffer block, int i) {
            int high = block.getInt(2) >>> i & 1;
            return half(block, 0) * (bits(block, 6 + i % 16, 4 * (i / 16), 4) + 16 * high - 16);
        }
    },
    Q5_1(7, 32, 24) {
        @Override
        float value(ByteBuffer block, int i) {
            int high = block.getInt(4) >>> i & 1;
            return half(block, 0) * (bits(block, 8 + i % 16, 4 * (i / 16), 4) + 16 * high) + half(block, 2);
        }
    },
    Q2_K(10, 256, 84) {
        @Override
        float value(ByteBuffer block, int i) {
            int q = bits(block, 16 + 32 * (i / 128) + i % 32, 2 * (i / 32 % 4), 2);
            return half(block, 80) * bits(block, i / 16, 0, 4) * q - half(block, 82) * bits(block, i / 16, 4, 4);
        }
    },
    Q3_K(11, 256, 110) {
        @Override
        float value(ByteBuffer block, int i) {
            int group = i / 16;
            int scale = bits(block, 96 + group % 8, 4 * (group / 8), 4)
                    + 16 * bits(block, 104 + group % 4, 2 * (group / 4), 2)
                    - 32;
            int q = bits(block, 32 + 32 * (i / 128) + i % 32, 2 * (i / 32 % 4), 2);
            // The third bit is stored as one that takes 4 away where it is 0.
            return half(block, 108) * scale * (bits(block, i % 32, i / 32, 1) == 0 ? q - 4 : q);
        }
    },
    Q5_K(13, 256, 176) {
        @Override
        float value(ByteBuffer block, int i) {
            int group = i / 32;
            int scale = bits(block, 4 + group % 4 + 8 * (group / 4), 0, group < 4 ? 6 : 4);
            int minimum = bits(block, 8 + group, group < 4 ? 0 : 4, group < 4 ? 6 : 4);
            if (group >= 4) {
                scale += 16 * bits(block, 4 + group - 4, 6, 2);
                minimum += 16 * bits(block, 4 + group, 6, 2);
            }
            int q = bits(block, 48 + 32 * (group / 2) + i % 32, 4 * (group % 2), 4)
                    + 16 * bits(block, 16 + i % 32, group, 1);
            return half(block, 0) * scale * q - half(block, 2) * minimum;
        }
    },
    Q4_K(12, 256, 144) {
        @Override
        float value(ByteBuffer block, int i) {
            int group = i / 32;
            int scale = bits(block, 4 + group % 4 + 8 * (group / 4), 0, group < 4 ? 6 : 4);
            int minimum = bits(block, 8 + group, group < 4 ? 0 : 4, group < 4 ? 6 : 4);
            if (group >= 4) {
                scale += 16 * bits(block, 4 + group - 4, 6, 2);
                minimum += 16 * bits(block, 4 + group, 6, 2);
            }
            int q = bits(block, 16 + 32 * (group / 2) + i % 32, 4 * (group % 2), 4);
            return half(block, 0) * scale * q - half(block, 2) * minimum;
        }
    },
    Q6_K(14, 256, 210) {
        @Override
        float value(ByteBuffer block, int i) {
            int row = i % 128 / 32;
            int low = bits(block, 64 * (i / 128) + i % 64, 4 * (row / 2), 4);
            int high = bits(block, 128 + 32 * (i / 128) + i % 32, 2 * row, 2);
            return half(block, 208) * block.get(192 + i / 16) * (low + 16 * high - 32);
        }
    };

    private final int number;
    private final int values;
    private final int bytes;

    GgufBlocks(int number, int values, int bytes) {
        this.number = number;
        this.values = values;
        this.bytes = bytes;
    }

    /** The number in the file. */
    public int number() {
        return number;
    }

    /** Values of a block. */
    public int blockValues() {
        return values;
    }

    /** Value {@code i} of a block. */
    abstract float value(ByteBuffer block, int i);

    /** All values of whole blocks. */
    public float[] values(byte[] data) {
        float[] all = new float[data.length / bytes * values];
        for (int i = 0; i < all.length; i++) {
            ByteBuffer block = ByteBuffer.wrap(data, i / values * bytes, bytes).slice();
            all[i] = value(block.order(ByteOrder.LITTLE_ENDIAN), i % values);
        }
        return all;
    }

    /** Random blocks with values of the size of weights; every bit of them is used. */
    public byte[] random(int count, Random random) {
        byte[] data = new byte[count / values * bytes];
        random.nextBytes(data);
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.length; at += bytes) {
            short scale = DType.floatToHalf(0.02f * (random.nextFloat() + 0.5f));
            switch (this) {
                case F32 -> buffer.putFloat(at, (float) (0.2 * random.nextGaussian()));
                case F16 -> buffer.putShort(at, DType.floatToHalf((float) (0.2 * random.nextGaussian())));
                case BF16 -> buffer.putShort(at, DType.floatToBfloat16((float) (0.2 * random.nextGaussian())));
                case Q8_0 -> buffer.putShort(at, DType.floatToHalf(DType.halfToFloat(scale) / 16));
                case Q4_0, Q5_0 -> buffer.putShort(at, scale);
                case Q4_1, Q5_1 -> {
                    buffer.putShort(at, DType.floatToHalf(DType.halfToFloat(scale) / 2));
                    buffer.putShort(at + 2, DType.floatToHalf(-8 * DType.halfToFloat(scale)));
                }
                case Q2_K -> {
                    buffer.putShort(at + 80, DType.floatToHalf(DType.halfToFloat(scale) / 4));
                    buffer.putShort(at + 82, DType.floatToHalf(DType.halfToFloat(scale) / 2));
                }
                case Q3_K -> buffer.putShort(at + 108, DType.floatToHalf(DType.halfToFloat(scale) / 16));
                case Q4_K, Q5_K -> {
                    buffer.putShort(at, DType.floatToHalf(DType.halfToFloat(scale) / 32));
                    buffer.putShort(at + 2, DType.floatToHalf(DType.halfToFloat(scale) / 4));
                }
                case Q6_K -> buffer.putShort(at + 208, DType.floatToHalf(DType.halfToFloat(scale) / 256));
            }
        }
        return data;
    }

    private static float half(ByteBuffer block, int at) {
        return DType.halfToFloat(block.getShort(at));
    }

    private static int bits(ByteBuffer block, int at, int shift, int count) {
        return (block.get(at) & 0xff) >>> shift & (1 << count) - 1;
    }
}
