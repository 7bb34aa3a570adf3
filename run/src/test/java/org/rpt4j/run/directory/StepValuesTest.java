package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;

class StepValuesTest {

    private static Map<String, Double> of(Map<RewardReason, Integer> reasons) {
        RolloutMetrics rollouts = new RolloutMetrics(10, 2, 0.5, 0.5, reasons, 1, 3, 0, 1.2, 24);
        return StepValues.of(rollouts, new GroupMetrics(1, 0, 0, 1, 0, 0.9));
    }

    @Test
    void everyConstantHasItsShareOfTheJudgedRollouts() {
        Map<String, Double> values = of(Map.of(RewardReason.HIT, 4, RewardReason.NO_BOX, 2));
        assertThat(values)
                .containsEntry("reason/HIT", 0.5)
                .containsEntry("reason/NO_BOX", 0.25)
                .containsEntry("reason/OFF_BOUNDARY", 0.0);
        assertThat(values.keySet().stream().filter(name -> name.startsWith("reason/")))
                .hasSize(RewardReason.constants().size());
    }

    @Test
    void aReasonOfAUsersOwnIsCountedUnderItsName() {
        assertThat(of(Map.of(RewardReason.HIT, 4, RewardReason.of("unit-mismatch"), 2)))
                .containsEntry("reason/unit-mismatch", 0.25)
                .containsEntry("reason/HIT", 0.5);
    }
}
