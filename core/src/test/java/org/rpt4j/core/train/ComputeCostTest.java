package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ComputeCostTest {

    @Test
    void costsTwoPerTokenReadAndSixPerTokenUpdated() {
        assertThat(new ComputeCost(7_000_000_000L).flops(100, 10)).isEqualTo(1.4e12 + 4.2e11);
        assertThat(new ComputeCost(1).flops(0, 0)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new ComputeCost(0));
    }
}
