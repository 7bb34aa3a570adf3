package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PassAtKTest {

    /** Counts, over all choices of k samples, those that contain a hit. */
    @Test
    void equalsTheShareOfSubsetsWithAHit() {
        for (int n = 1; n <= 9; n++) {
            for (int c = 0; c <= n; c++) {
                for (int k = 1; k <= n; k++) {
                    int chosen = 0;
                    int passed = 0;
                    for (int subset = 0; subset < 1 << n; subset++) {
                        if (Integer.bitCount(subset) == k) {
                            chosen++;
                            passed += (subset & ((1 << c) - 1)) != 0 ? 1 : 0;
                        }
                    }
                    assertThat(PassAtK.of(n, c, k)).isEqualTo((double) passed / chosen, within(1e-14));
                }
            }
        }
    }

    @Test
    void largeCountsNeitherOverflowNorLoseDigits() {
        assertThat(PassAtK.of(1_000_000, 1, 10)).isEqualTo(1e-5, within(1e-20));
        assertThat(PassAtK.of(100_000, 50_000, 1)).isEqualTo(0.5, within(1e-9));
        assertThat(PassAtK.of(100_000, 50_000, 50)).isEqualTo(1, within(1e-14));
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PassAtK.of(4, 1, 5))
                .withMessageContaining("pass@5");
        assertThatIllegalArgumentException().isThrownBy(() -> PassAtK.of(4, 5, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> PassAtK.of(4, 1, 0));
    }
}
