package org.rpt4j.model.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
