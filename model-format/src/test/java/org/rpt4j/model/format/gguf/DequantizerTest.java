package org.rpt4j.model.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.model.format.DType;
import org.rpt4j.testdata.GgufBlocks;

class DequantizerTest {

    @ParameterizedTest
    @EnumSource
    void everyTypeGivesTheNumbersOfTheDefinition(GgufBlocks type) {
        int count = 5 * 256;
        byte[] data = type.random(count, new Random(3));
        float[] values = new float[count + 1];
        values[count] = 42;

        Dequantizer.dequantize(GgmlType.valueOf(type.name()), data, values, count);

        assertThat(values).startsWith(type.values(data)).endsWith(42);
    }

    /** By hand: the scale is 1, so what is packed is what comes out. */
    @Test
    void aSmallBlockUnpacksItsBytes() {
        byte[] q8 = new byte[34];
        ByteBuffer.wrap(q8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(DType.floatToHalf(1))
                .put((byte) -128)
                .put((byte) 127);
        byte[] q4 = new byte[18];
        ByteBuffer.wrap(q4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(DType.floatToHalf(1))
                .put((byte) 0xF0);
        float[] values = new float[32];

        Dequantizer.dequantize(GgmlType.Q8_0, q8, values, 32);
        assertThat(values).startsWith(-128, 127, 0);

        Dequantizer.dequantize(GgmlType.Q4_0, q4, values, 32);
        assertThat(values[0]).isEqualTo(-8);
        assertThat(values[16]).isEqualTo(7);
    }

    /** By hand, after ggml's definition: the last value of a block, whose bits are all ones, with a scale of 1. */
    @ParameterizedTest
    @CsvSource({
        "Q4_1, 0, 2, 17.0", // 15 + 2
        "Q5_0, 0, -1, 15.0", // 31 - 16
        "Q5_1, 0, 2, 33.0", // 31 + 2
        "Q2_K, 80, 82, 15.0", // 15 * 3 - 2 * 15
        "Q3_K, 108, -1, 93.0", // (63 - 32) * (7 - 4)
        "Q5_K, 0, 2, 1827.0" // 63 * 31 - 2 * 63
    })
    void theLastValueOfABlockOfOnes(GgmlType type, int scale, int minimum, float expected) {
        byte[] block = new byte[type.blockBytes()];
        Arrays.fill(block, (byte) 0xFF);
        ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(scale, DType.floatToHalf(1));
        if (minimum >= 0) {
            buffer.putShort(minimum, DType.floatToHalf(2));
        }
        float[] values = new float[type.blockValues()];

        Dequantizer.dequantize(type, block, values, values.length);

        assertThat(values[values.length - 1]).isEqualTo(expected);
    }

    /** By hand: the third bit of value 40 lies in bit 1 of byte 8, its low bits in bits 2 and 3 of byte 40. */
    @Test
    void aBlockOfThreeBitsUnpacksAValueInTheMiddle() {
        byte[] block = new byte[110];
        block[8] = 2;
        block[32 + 8] = 4;
        // Scale 2 of 40 / 16: low bits 1 in byte 2, high bits 2 in bits 0 and 1 of byte 10.
        block[96 + 2] = 1;
        block[104 + 2] = 2;
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putShort(108, DType.floatToHalf(1));
        float[] values = new float[256];

        Dequantizer.dequantize(GgmlType.Q3_K, block, values, 256);

        // (1 + 2 * 16 - 32) * (1 + 4 - 4), and (33 - 32) * (0 - 4) beside it.
        assertThat(values[40]).isEqualTo(1);
        assertThat(values[41]).isEqualTo(-4);
        assertThat(values[0]).isEqualTo(-32 * -4);
    }

    /** By hand: scale 63 and minimum 63 of the last group lie in bytes 3, 7 and 11 of the scales. */
    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void aLargeBlockUnpacksTheScalesOfItsLastGroup(int q) {
        byte[] block = new byte[144];
        ByteBuffer.wrap(block)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(DType.floatToHalf(1))
                .putShort(DType.floatToHalf(2));
        block[4 + 3] = (byte) 0xC0;
        block[4 + 7] = (byte) 0xC0;
        block[4 + 11] = (byte) 0xFF;
        block[143] = (byte) (q << 4);
        float[] values = new float[256];

        Dequantizer.dequantize(GgmlType.Q4_K, block, values, 256);

        assertThat(values[255]).isEqualTo(63f * q - 126);
    }
}
