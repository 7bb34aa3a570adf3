package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterRandomTest {

    private static final int DRAWS = 100_000;

    /** The function is part of the contract: these values come from another implementation and must never change. */
    @Test
    void theFunctionIsFrozen() {
        assertThat(CounterRandom.bits()).isZero();
        assertThat(CounterRandom.bits(0)).isEqualTo(0xa706dd2f4d197e6fL);
        assertThat(CounterRandom.bits(0, 0)).isEqualTo(0x9ababb68568302b9L);
        assertThat(CounterRandom.bits(-1)).isEqualTo(0x5dc20aa7b2a27137L);
        assertThat(CounterRandom.bits(42, 7, 3, 2, 1)).isEqualTo(0xa3f197934e9dfd9cL);
        assertThat(CounterRandom.uniform(42, 7, 3, 2, 1)).isEqualTo(0.64040515276303);
        assertThat(CounterRandom.uniform(1, 2, 3, 4, 5)).isEqualTo(0.09822627514583115);
        assertThat(CounterRandom.below(10, 0)).isEqualTo(6);
        assertThat(CounterRandom.below(10, 1)).isEqualTo(3);
    }

    private static LongToDoubleFunction alongWord(int word) {
        return counter -> {
            long[] key = {5, 4, 3, 2, 1};
            key[word] = counter;
            return CounterRandom.uniform(key[0], key[1], key[2], key[3], key[4]);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void drawsAreUniformAlongEveryWordOfTheKey(int word) {
        int[] counts = new int[100];
        for (int i = 0; i < DRAWS; i++) {
            double u = alongWord(word).applyAsDouble(i);
            assertThat(u >= 0 && u < 1).isTrue();
            counts[(int) (u * counts.length)]++;
        }
        double expected = (double) DRAWS / counts.length;
        double chiSquare = IntStream.of(counts)
                .mapToDouble(c -> (c - expected) * (c - expected) / expected)
                .sum();
        // 99 degrees of freedom: 99.9 % of all random sequences lie between these bounds.
        assertThat(chiSquare).isBetween(60.0, 152.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void neighbouringKeysAreUncorrelated(int word) {
        for (int lag : new int[] {1, 2, 256}) {
            double sum = 0;
            for (int i = 0; i < DRAWS; i++) {
                sum += (alongWord(word).applyAsDouble(i) - 0.5)
                        * (alongWord(word).applyAsDouble(i + lag) - 0.5);
            }
            // The variance of a uniform number is 1/12; the correlation of independent draws is below 4 / sqrt(n).
            assertThat(12 * sum / DRAWS).as("lag " + lag).isCloseTo(0, within(4 / Math.sqrt(DRAWS)));
        }
    }

    @Test
    void everyBitOfEveryWordChangesHalfOfTheBits() {
        for (int bit = 0; bit < Long.SIZE; bit++) {
            for (int word = 0; word < 5; word++) {
                long flips = 0;
                for (int trial = 0; trial < 200; trial++) {
                    long[] key = {trial, 2, 3, 4, 5};
                    long before = CounterRandom.bits(key);
                    key[word] ^= 1L << bit;
                    flips += Long.bitCount(before ^ CounterRandom.bits(key));
                }
                // 200 trials of 64 fair bits: standard error 0.28.
                assertThat(flips / 200.0).as("word %d, bit %d", word, bit).isCloseTo(32, within(1.5));
            }
        }
    }

    @Test
    void theOrderAndTheLengthOfTheKeyMatter() {
        assertThat(CounterRandom.bits(1, 2)).isNotEqualTo(CounterRandom.bits(2, 1));
        assertThat(CounterRandom.bits(1)).isNotEqualTo(CounterRandom.bits(1, 0)).isNotEqualTo(CounterRandom.bits(0, 1));
    }

    @Test
    void integersCoverTheirRangeEvenly() {
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[CounterRandom.below(7, 99, i)]++;
        }
        // Four standard deviations of a binomial count with mean 10,000.
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isCloseTo(10_000, within(371));
            }
        });
        assertThat(CounterRandom.below(1, 3)).isZero();
        assertThat(CounterRandom.below(Integer.MAX_VALUE, 0)).isNotNegative();
        assertThatThrownBy(() -> CounterRandom.below(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound is 0, must be positive");
    }
}
