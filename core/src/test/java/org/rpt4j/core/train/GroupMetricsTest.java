package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.RewardReason;

class GroupMetricsTest {

    /** Equal rewards say nothing about right and wrong where they are log-probabilities: the reason does. */
    @ParameterizedTest
    @CsvSource({
        "HIT, -0.5, 1, 0",
        "NOT_PREFIX, -0.5, 0, 1",
        "NOT_PREFIX, 0.3, 0, 1",
        "HIT, 1, 1, 0",
        "NO_BOX, 0, 0, 1",
        "CUSTOM, 1, 1, 0",
        "CUSTOM, 0, 0, 1",
        "CUSTOM, -1, 0, 1",
        "near-miss, 0.4, 1, 0"
    })
    void aDeadGroupIsRightOrWrongByItsReason(String reason, double reward, int allHit, int allMissed) {
        GroupMetrics metrics =
                GroupMetrics.of(List.of(Groups.withReason(RewardReason.valueOf(reason), 1, reward, reward)), 0);
        assertThat(metrics.allHit()).isEqualTo(allHit);
        assertThat(metrics.allMissed()).isEqualTo(allMissed);
        assertThat(metrics.mixed()).isZero();
    }

    @Test
    void continuousRewardsAreMixedUnlessTheyAreEqualUpToRounding() {
        GroupMetrics metrics = GroupMetrics.of(
                List.of(
                        Groups.withReason(RewardReason.NOT_PREFIX, 1, -3, -3 - 1e-10),
                        Groups.withReason(RewardReason.NOT_PREFIX, 2, -3, -3 - 1e-8)),
                0);
        assertThat(metrics.mixed()).isEqualTo(1);
        assertThat(metrics.liveShare()).isEqualTo(0.5);
    }
}
