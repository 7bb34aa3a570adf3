package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The arithmetic; what refuses a run is tested with the command. */
class TimeEstimateTest {

    @Test
    void hoursAreOperationsBySpeed() {
        TimeEstimate time = new TimeEstimate(
                List.of(new CostEstimate.Phase("rollout", 3.6e12), new CostEstimate.Phase("training", 1.8e16)), 2e9);

        assertThat(time.hours()).isEqualTo(2500.5);
        assertThat(time.describe()).isEqualTo("rollout 0.500 h, training 2,500.0 h at 2.0 GFLOP/s");
    }
}
