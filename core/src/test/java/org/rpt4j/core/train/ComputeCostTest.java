package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComputeCostTest {

    @Test
    void costsTwoPerTokenReadAndSixPerTokenUpdated() {
        assertThat(new ComputeCost(7_000_000_000L).flops(100, 10)).isEqualTo(1.4e12 + 4.2e11);
        assertThat(new ComputeCost(1).flops(0, 0)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new ComputeCost(0));
    }

    @Test
    void aRewardOfThoughtsReadsPromptAndThoughtsAgainAndTheBareContext() {
        TabularPolicy policy = TinyWorld.policy();
        ComputeMeter plain = new ComputeMeter();
        ComputeMeter scoring = new ComputeMeter().scoringThoughts();
        AtomicLong read = new AtomicLong();
        TinyWorld.trainer(policy, TinyWorld.settings(3))
                .listener(plain)
                .listener(scoring)
                .listener(new TrainingListener() {
                    @Override
                    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
                        event.groups().forEach(group -> {
                            read.addAndGet(group.prompt().tokens().length + group.task().context().length);
                            group.rollouts().forEach(one -> read.addAndGet(one.rollout().length()));
                        });
                    }
                })
                .build()
                .run();
        ComputeCost cost = new ComputeCost(policy.description().parameterCount());
        assertThat(plain.flops()).isPositive();
        assertThat(scoring.flops()).isEqualTo(plain.flops() + cost.flops(read.get(), 0), within(1e-6));
    }
}
