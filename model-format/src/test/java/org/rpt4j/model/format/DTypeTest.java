package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DTypeTest {

    private static final int HALF_INFINITY = 0x7c00;
    private static final int BFLOAT_INFINITY = 0x7f80;

    @Test
    void everyFiniteHalfHasTheValueOfItsDefinition() {
        for (int bits = 0; bits < HALF_INFINITY; bits++) {
            int exponent = bits >>> 10;
            double fraction = (bits & 0x3ff) / 1024.0;
            double expected = exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
            assertThat((double) DType.halfToFloat((short) bits)).isEqualTo(expected);
            assertThat((double) DType.halfToFloat((short) (bits | 0x8000))).isEqualTo(-expected);
        }
    }

    @Test
    void everyHalfSurvivesTheRoundTrip() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float value = DType.halfToFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(DType.halfToFloat(DType.floatToHalf(value))).isNaN();
            } else {
                assertThat(DType.floatToHalf(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToNearestWithTiesToEven() {
        for (int low = 0; low < HALF_INFINITY - 1; low++) {
            float middle = (DType.halfToFloat((short) low) + DType.halfToFloat((short) (low + 1))) / 2;
            int even = low % 2 == 0 ? low : low + 1;
            assertThat(DType.floatToHalf(middle)).isEqualTo((short) even);
            assertThat(DType.floatToHalf(Math.nextDown(middle))).isEqualTo((short) low);
            assertThat(DType.floatToHalf(Math.nextUp(middle))).isEqualTo((short) (low + 1));
            assertThat(DType.floatToHalf(-middle)).isEqualTo((short) (even | 0x8000));
        }
        assertThat(DType.floatToHalf(Math.nextDown(65520f))).isEqualTo((short) (HALF_INFINITY - 1));
        assertThat(DType.floatToHalf(65520f)).isEqualTo((short) HALF_INFINITY);
        assertThat(DType.floatToHalf(Float.MAX_VALUE)).isEqualTo((short) HALF_INFINITY);
    }

    @Test
    void bfloat16RoundsToNearestWithTiesToEven() {
        for (int low = 0; low < BFLOAT_INFINITY; low++) {
            float middle = Float.intBitsToFloat(low << 16 | 0x8000);
            int even = low % 2 == 0 ? low : low + 1;
            assertThat(DType.floatToBfloat16(DType.bfloat16ToFloat((short) low)))
                    .isEqualTo((short) low);
            assertThat(DType.floatToBfloat16(middle)).isEqualTo((short) even);
            assertThat(DType.floatToBfloat16(Math.nextDown(middle))).isEqualTo((short) low);
            assertThat(DType.floatToBfloat16(Math.nextUp(middle))).isEqualTo((short) (low + 1));
            assertThat(DType.floatToBfloat16(-middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void infinitiesNansAndSignedZerosArePreserved() {
        for (DType type : DType.values()) {
            FloatBuffer values = FloatBuffer.wrap(
                    new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -0f, 0f});
            ByteBuffer bytes = ByteBuffer.allocate(5 * type.bytes());
            type.encode(values, bytes);
            FloatBuffer back = FloatBuffer.allocate(5);
            type.decode(bytes.flip(), back);
            assertThat(back.array())
                    .as(type.name())
                    .containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -0f, 0f);
        }
    }

    @Test
    void bytesAreLittleEndianWhateverTheBuffer() {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN);
        DType.F32.encode(FloatBuffer.wrap(new float[] {1f}), bytes);
        DType.F16.encode(FloatBuffer.wrap(new float[] {1f}), bytes);
        DType.BF16.encode(FloatBuffer.wrap(new float[] {1f}), bytes);
        assertThat(bytes.array()).containsExactly(0, 0, 0x80, 0x3f, 0, 0x3c, 0x80, 0x3f);
        FloatBuffer back = FloatBuffer.allocate(1);
        DType.F32.decode(bytes.flip().limit(4), back);
        assertThat(back.array()).containsExactly(1f);
        assertThat(bytes.position()).isEqualTo(4);
    }

    @Test
    void finiteNumbersThatDoNotFitAreRefused() {
        ByteBuffer bytes = ByteBuffer.allocate(2);
        assertThatThrownBy(() -> DType.F16.encode(FloatBuffer.wrap(new float[] {-70000f}), bytes))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("-70000.0 is too large for F16");
        assertThatThrownBy(() -> DType.BF16.encode(FloatBuffer.wrap(new float[] {Float.MAX_VALUE}), bytes))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("too large for BF16");
    }

    @Test
    void everyBitPatternOfTwoBytesIsFiniteOrNot() {
        for (DType type : List.of(DType.F16, DType.BF16)) {
            for (int bits = 0; bits <= 0xffff; bits++) {
                ByteBuffer five = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
                int place = bits % 5;
                five.putShort(2 * place, (short) bits);
                float value = type == DType.F16 ? DType.halfToFloat((short) bits) : DType.bfloat16ToFloat((short) bits);
                assertThat(type.firstNotFinite(five)).isEqualTo(Float.isFinite(value) ? -1 : place);
            }
        }
    }

    @Test
    void singlesAtTheBordersAreFiniteOrNot() {
        for (float value : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1}) {
            assertThat(DType.F32.firstNotFinite(singles(value))).isEqualTo(-1);
        }
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThat(DType.F32.firstNotFinite(singles(value))).isEqualTo(2);
        }
    }

    private static ByteBuffer singles(float third) {
        return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, third);
    }

    @Test
    void unknownNamesAreRefused() {
        assertThat(DType.parse("BF16")).isEqualTo(DType.BF16);
        assertThatThrownBy(() -> DType.parse("I64"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dtype \"I64\" is not supported. Supported: F32, F16, BF16");
    }
}
