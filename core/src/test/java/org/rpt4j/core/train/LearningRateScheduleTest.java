package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.rpt4j.core.train.LearningRateSchedule.Shape;

class LearningRateScheduleTest {

    @Test
    void warmUpRisesToThePeak() {
        LearningRateSchedule schedule = LearningRateSchedule.linear(1e-3, 4);
        assertThat(schedule.at(0, 10)).isEqualTo(0.25e-3, within(1e-18));
        assertThat(schedule.at(3, 10)).isEqualTo(1e-3, within(1e-18));
        assertThat(schedule.at(4, 10)).isEqualTo(1e-3, within(1e-18));
    }

    @Test
    void linearFallsInEqualSteps() {
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0);
        assertThat(schedule.at(0, 4)).isEqualTo(1);
        assertThat(schedule.at(1, 4)).isEqualTo(0.75);
        assertThat(schedule.at(3, 4)).isEqualTo(0.25);
    }

    @Test
    void cosineFallsToItsFinalShare() {
        LearningRateSchedule schedule = new LearningRateSchedule(Shape.COSINE, 2, 0.1, 0);
        assertThat(schedule.at(0, 1000)).isEqualTo(2);
        assertThat(schedule.at(500, 1000)).isEqualTo(2 * 0.55, within(1e-12));
        assertThat(schedule.at(999, 1000)).isEqualTo(0.2, within(1e-4)).isGreaterThan(0.2);
    }

    @Test
    void aConstantRateStays() {
        assertThat(LearningRateSchedule.constant(0.5).at(9, 10)).isEqualTo(0.5);
    }

    @Test
    void aWarmUpLongerThanTheRunNeverReachesThePeak() {
        assertThat(LearningRateSchedule.cosine(1, 10).at(4, 5)).isEqualTo(0.5);
        assertThat(LearningRateSchedule.cosine(1, 5).at(4, 5)).isEqualTo(1);
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.constant(0))
                .withMessageContaining("peak");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LearningRateSchedule(Shape.LINEAR, 1, 1.5, 0))
                .withMessageContaining("finalShare");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.cosine(1, -1))
                .withMessageContaining("warmupSteps");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.constant(1).at(5, 5));
    }
}
