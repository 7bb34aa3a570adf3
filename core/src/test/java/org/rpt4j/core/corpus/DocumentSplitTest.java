package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentSplitTest {

    private static Set<String> heldOut(double share, long seed) {
        DocumentSplit split = new DocumentSplit(share, seed);
        return IntStream.range(0, 20_000)
                .mapToObj(i -> "corpus.jsonl#" + i)
                .filter(split::isHeldOut)
                .collect(Collectors.toSet());
    }

    @Test
    void holdsOutTheRequestedShare() {
        assertThat(heldOut(0, 1)).isEmpty();
        assertThat(heldOut(1, 1)).hasSize(20_000);
        // Five standard deviations of a binomial distribution.
        assertThat(heldOut(0.1, 1)).hasSizeBetween(2000 - 212, 2000 + 212);
    }

    @Test
    void aLargerShareOnlyAddsDocuments() {
        assertThat(heldOut(0.2, 1)).containsAll(heldOut(0.1, 1));
    }

    @Test
    void anotherSeedHoldsOutOtherDocuments() {
        Set<String> first = heldOut(0.1, 1);
        assertThat(heldOut(0.1, 1)).isEqualTo(first);
        long both = heldOut(0.1, 2).stream().filter(first::contains).count();
        assertThat(both).isBetween(200L - 71, 200L + 71);
    }

    @Test
    void isTheSameInEveryRun() {
        DocumentSplit split = new DocumentSplit(0.5, 42);
        String decisions = IntStream.range(0, 16)
                .mapToObj(i -> split.isHeldOut("a.txt#" + i) ? "1" : "0")
                .collect(Collectors.joining());
        assertThat(decisions).isEqualTo("0010010111101111");
    }

    @Test
    void refusesSharesOutsideZeroToOne() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new DocumentSplit(share, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("heldOutShare");
        }
    }
}
