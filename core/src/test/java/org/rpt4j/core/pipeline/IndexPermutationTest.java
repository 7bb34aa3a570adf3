package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexPermutationTest {

    private static List<Integer> order(int size, long... key) {
        IndexPermutation permutation = new IndexPermutation(size, key);
        return IntStream.range(0, size).map(permutation::at).boxed().toList();
    }

    /** Pearson's statistic of counts that should all be equal. */
    private static double chiSquare(int[] counts, double expected) {
        return IntStream.of(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }

    /** A statistic with this many degrees of freedom is above this once in some 10 million cases. */
    private static double limit(int freedom) {
        return freedom + 5.2 * Math.sqrt(2.0 * freedom) + 20;
    }

    @Test
    void everyNumberComesOnceForAllSmallSizes() {
        for (int size = 1; size <= 300; size++) {
            for (long seed = -1; seed < 3; seed++) {
                assertThat(order(size, seed, 7)).as("%d", size).hasSize(size).doesNotHaveDuplicates();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4095, 4096, 4097, 65_537, 99_991, 250_000})
    void everyNumberComesOnceForLargerSizes(int size) {
        IndexPermutation permutation = new IndexPermutation(size, 5, 0);
        assertThat(IntStream.range(0, size).map(permutation::at).distinct().count())
                .isEqualTo(size);
    }

    @Test
    void thousandsOfPlacesOfTheLargestSizeDiffer() {
        IndexPermutation permutation = new IndexPermutation(Integer.MAX_VALUE, 1, 2);
        int[] places = IntStream.concat(
                        IntStream.range(0, 10_000), IntStream.range(Integer.MAX_VALUE - 10_000, Integer.MAX_VALUE))
                .map(permutation::at)
                .toArray();
        assertThat(IntStream.of(places).distinct().count()).isEqualTo(20_000);
        assertThat(IntStream.of(places).average().orElseThrow()).isBetween(0.48 * (1L << 31), 0.52 * (1L << 31));
    }

    @Test
    void theOrderFollowsFromTheKeyAlone() {
        assertThat(order(50, 5, 0)).isEqualTo(order(50, 5, 0));
        assertThat(order(50, 5, 0)).isNotEqualTo(order(50, 5, 1)).isNotEqualTo(order(50, 6, 0));
    }

    /** 2! to 5!, each order 200 times expected. */
    @ParameterizedTest
    @CsvSource({"2, 2", "3, 6", "4, 24", "5, 120"})
    void allOrdersOfAFewNumbersAreEquallyLikely(int size, int orders) {
        Map<List<Integer>, Integer> counts = new HashMap<>();
        for (int epoch = 0; epoch < 200 * orders; epoch++) {
            counts.merge(order(size, 11, epoch), 1, Integer::sum);
        }
        assertThat(counts).hasSize(orders);
        assertThat(chiSquare(counts.values().stream().mapToInt(count -> count).toArray(), 200))
                .isLessThan(limit(orders - 1));
    }

    /** A network whose every round is an even permutation gives no odd one. */
    @ParameterizedTest
    @ValueSource(ints = {6, 9, 16, 25, 64})
    void halfOfTheOrdersAreOdd(int size) {
        int odd = 0;
        for (int epoch = 0; epoch < 4000; epoch++) {
            odd += inversions(order(size, 3, epoch)) % 2;
        }
        // 2000 expected; five standard deviations
        assertThat(odd).isBetween(2000 - 158, 2000 + 158);
    }

    private static int inversions(List<Integer> order) {
        int count = 0;
        for (int i = 0; i < order.size(); i++) {
            for (int j = i + 1; j < order.size(); j++) {
                count += order.get(i) > order.get(j) ? 1 : 0;
            }
        }
        return count;
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 13, 50})
    void everyNumberIsEquallyLikelyAtEveryPlace(int size) {
        int[] counts = new int[size * size];
        for (int epoch = 0; epoch < 100 * size; epoch++) {
            List<Integer> order = order(size, 17, epoch);
            for (int place = 0; place < size; place++) {
                counts[place * size + order.get(place)]++;
            }
        }
        assertThat(chiSquare(counts, 100)).isLessThan(limit((size - 1) * (size - 1)));
    }

    /** Two numbers that follow each other in the corpus, and two that are dealt in a row. */
    @Test
    void allPairsOfNeighboursAreEquallyLikely() {
        int size = 12;
        int[] dealt = new int[size * size];
        int[] numbered = new int[size * size];
        int epochs = 20_000;
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Integer> order = order(size, 23, epoch);
            int place = epoch % (size - 1);
            dealt[order.get(place) * size + order.get(place + 1)]++;
            numbered[order.indexOf(place) * size + order.indexOf(place + 1)]++;
        }
        for (int[] counts : List.of(dealt, numbered)) {
            int[] ofPairs = IntStream.range(0, size * size)
                    .filter(pair -> pair / size != pair % size)
                    .map(pair -> counts[pair])
                    .toArray();
            double expected = (double) epochs / (size * (size - 1));
            assertThat(chiSquare(ofPairs, expected)).isLessThan(limit(ofPairs.length - 1));
        }
    }

    /** Between neighbours in one order, and between the same places of orders in a row. */
    @Test
    void thereIsNoSerialCorrelation() {
        int size = 40_000;
        double[] first = centred(size, 0);
        double[] second = centred(size, 1);
        double inOne = 0;
        double acrossTwo = 0;
        double square = 0;
        for (int i = 0; i + 1 < size; i++) {
            inOne += first[i] * first[i + 1];
            acrossTwo += first[i] * second[i];
            square += first[i] * first[i];
        }
        // the standard deviation of a correlation is 1 / sqrt(size) = 0.005; five of them
        assertThat(inOne / square).isBetween(-0.025, 0.025);
        assertThat(acrossTwo / square).isBetween(-0.025, 0.025);
    }

    private static double[] centred(int size, long epoch) {
        IndexPermutation permutation = new IndexPermutation(size, 29, epoch);
        return IntStream.range(0, size)
                .mapToDouble(place -> permutation.at(place) - (size - 1) / 2.0)
                .toArray();
    }

    @Test
    void placesBeyondTheSizeAreRefused() {
        assertThatThrownBy(() -> new IndexPermutation(0, 1)).hasMessageContaining("size is 0");
        assertThatThrownBy(() -> new IndexPermutation(3, 1).at(3)).hasMessageContaining("place is 3 of 3");
        assertThatThrownBy(() -> new IndexPermutation(3, 1).at(-1)).hasMessageContaining("place is -1");
    }
}
