package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTokensTest {

    /** Golden numbers from binomial coefficients in exact arithmetic, in Python. */
    @ParameterizedTest
    @CsvSource({
        "3, 1, 3, 5, 0.142857143, 0.548794941, 0.345124789",
        "0, 4, 3, 5, 0.142857143, 0.548794941, -0.345124789",
        "3, 5, 3, 5, 1, 0, 0",
        "1, 0, 3, 5, 0.375, 0.199203505, 0.102968198",
        "3, 0, 3, 5, 0.017857143, 0.954434003, 0.637367144",
        "1, 1, 2, 6, 0.464285714, 0.073761308, 0.042743194"
    })
    void theValueOfATokenIsThatOfItsTable(int a, int b, int hits, int misses, double p, double gain, double value) {
        assertThat(KeyTokens.fisher(a, b, hits, misses)).isEqualTo(p, within(1e-9));
        assertThat(KeyTokens.informationGain(a, b, hits, misses)).isEqualTo(gain, within(1e-9));
        assertThat(KeyTokens.value(a, b, hits, misses)).isEqualTo(value, within(1e-9));
    }

    /** Token 1 is in every rollout, 2 in all that are right, 3 in all that are wrong, and 9 ends them. */
    @Test
    void aTokenCountsOncePerRollout() {
        List<int[]> completions = List.of(
                new int[] {1, 2, 2, 2, 9},
                new int[] {1, 3, 9},
                new int[] {3, 1},
                new int[] {2, 1, 9},
                new int[] {1, 1, 3},
                new int[] {3, 3, 1},
                new int[] {1, 3},
                new int[] {2, 1, 9});
        List<Boolean> right = List.of(true, false, false, true, false, false, false, true);
        assertThat(KeyTokens.of(completions, right, Set.of(9))).containsOnlyKeys(2, 3);
        assertThat(KeyTokens.of(completions, right, Set.of(9)).get(2)).isEqualTo(0.637367144, within(1e-9));
        assertThat(KeyTokens.of(completions, right, Set.of(9)).get(3)).isEqualTo(-0.637367144, within(1e-9));
        assertThat(KeyTokens.of(completions, right, Set.of())).containsKey(9);
    }

    @Test
    void aGroupThatIsAllRightOrAllWrongTellsNothing() {
        List<int[]> completions = List.of(new int[] {1}, new int[] {2});
        assertThat(KeyTokens.of(completions, List.of(true, true), Set.of())).isEmpty();
        assertThat(KeyTokens.of(completions, List.of(false, false), Set.of())).isEmpty();
    }

    /** C(1000, 500) exceeds a double; the chances are taken as logarithms. */
    @Test
    void largeGroupsDoNotOverflow() {
        assertThat(KeyTokens.fisher(500, 500, 1000, 1000)).isEqualTo(1);
        assertThat(KeyTokens.fisher(900, 100, 1000, 1000)).isBetween(0.0, 1e-200);
        assertThat(KeyTokens.value(1000, 0, 1000, 1000)).isEqualTo(Math.tanh(Math.PI / 4), within(1e-12));
    }
}
