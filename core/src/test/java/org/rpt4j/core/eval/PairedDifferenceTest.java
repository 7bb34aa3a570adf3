package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedDifferenceTest {

    /** Expected values are 2 P(X <= min) of the binomial, from its coefficients by hand. */
    @ParameterizedTest
    @CsvSource({"0, 0, 1", "1, 0, 1", "5, 0, 0.0625", "0, 5, 0.0625", "8, 2, 0.109375", "3, 3, 1", "9, 1, 0.021484375"})
    void theSignTestIsExact(int gained, int lost, double expected) {
        assertThat(PairedDifference.signTest(gained, lost)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void theSignTestHoldsForManyTasks() {
        assertThat(PairedDifference.signTest(2000, 2000)).isEqualTo(1);
        assertThat(PairedDifference.signTest(3000, 1000)).isBetween(0.0, 1e-200);
    }

    @Test
    void gainsAndLossesAreCountedInPairs() {
        PairedDifference d = PairedDifference.of(
                List.of("a", "a", "b", "c"), new double[] {0, 1, 0, 0.5}, new double[] {1, 0, 1, 0.5});
        assertThat(d.difference()).isEqualTo(0.25);
        assertThat(d.gained()).isEqualTo(2);
        assertThat(d.lost()).isEqualTo(1);
        assertThat(d.documents()).isEqualTo(3);
        assertThat(d.tasks()).isEqualTo(4);
    }

    /** With one task per document the interval must be close to that of the normal approximation. */
    @Test
    void theIntervalMatchesTheNormalOneForIndependentTasks() {
        int n = 400;
        Random random = new Random(3);
        double[] first = random.doubles(n).map(x -> x < 0.3 ? 1 : 0).toArray();
        double[] second = random.doubles(n).map(x -> x < 0.4 ? 1 : 0).toArray();
        List<String> documents =
                IntStream.range(0, n).mapToObj(Integer::toString).toList();
        PairedDifference d = PairedDifference.of(documents, first, second);
        double mean = 0;
        double square = 0;
        for (int i = 0; i < n; i++) {
            mean += (second[i] - first[i]) / n;
            square += Math.pow(second[i] - first[i], 2) / n;
        }
        double half = 1.96 * Math.sqrt((square - mean * mean) / n);
        assertThat(d.difference()).isCloseTo(mean, within(1e-12));
        assertThat(d.low()).isCloseTo(mean - half, within(0.007));
        assertThat(d.high()).isCloseTo(mean + half, within(0.007));
        assertThat(PairedDifference.of(documents, first, second)).isEqualTo(d);
    }

    /** Ten copies of each task carry no more information than one, and the interval must not shrink. */
    @Test
    void copiesOfATaskInOneDocumentDoNotNarrowTheInterval() {
        Random random = new Random(5);
        double[] single = random.doubles(60).map(x -> x < 0.5 ? 1 : 0).toArray();
        List<String> documents =
                IntStream.range(0, 60).mapToObj(Integer::toString).toList();
        List<String> copiedDocuments = new ArrayList<>();
        documents.forEach(d -> copiedDocuments.addAll(Collections.nCopies(10, d)));
        double[] copied = Arrays.stream(single)
                .flatMap(x -> IntStream.range(0, 10).mapToDouble(i -> x))
                .toArray();
        PairedDifference one = PairedDifference.of(documents, new double[60], single);
        PairedDifference ten = PairedDifference.of(copiedDocuments, new double[600], copied);
        assertThat(ten.high() - ten.low()).isCloseTo(one.high() - one.low(), within(1e-12));
    }

    @Test
    void oneDocumentGivesNoInterval() {
        PairedDifference d = PairedDifference.of(List.of("a", "a"), new double[] {0, 0}, new double[] {1, 1});
        assertThat(d.low()).isEqualTo(-1);
        assertThat(d.high()).isEqualTo(1);
        assertThat(d.isDistinct()).isFalse();
        assertThat(PairedDifference.of(List.of(), new double[0], new double[0]).difference())
                .isNaN();
    }
}
