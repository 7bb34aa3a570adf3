package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rpt4j.model.format.Experts;

class RoutingTest {

    private static final double[] LOGITS = {Math.log(2), Math.log(3), Math.log(3), Math.log(1), Math.log(3)};

    @Test
    void theLargestProbabilitiesAreChosen() {
        Routing routing = Routing.of(LOGITS, new Experts(5, 4, 1, false, Set.of()));
        assertThat(routing.chosen()).containsExactly(0, 1, 2, 4);
        assertThat(routing.shares()).containsExactly(new double[] {2 / 12.0, 0.25, 0.25, 0.25}, within(1e-15));
    }

    @Test
    void ofEqualOnesTheLowerNumberIsChosen() {
        assertThat(Routing.of(LOGITS, new Experts(5, 2, 1, false, Set.of())).chosen())
                .containsExactly(1, 2);
    }

    @Test
    void sharesSumToOneIfTheModelSaysSo() {
        Routing routing = Routing.of(LOGITS, new Experts(5, 4, 1, true, Set.of()));
        assertThat(routing.shares())
                .containsExactly(new double[] {2 / 11.0, 3 / 11.0, 3 / 11.0, 3 / 11.0}, within(1e-15));
    }
}
