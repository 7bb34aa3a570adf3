package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.core.objective.OverlongPenalty;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.objective.TruncationHandling.LengthBudget;
import org.rpt4j.core.train.DynamicSampling.Curriculum;

/**
 * Ways to train that change more than the advantage and the loss of a token, on a contextual bandit. A right answer has two
 * tokens, so that is the least length budget.
 */
class EveryWayLearnsTest {

    private static final long STEPS = 300;

    static Stream<Arguments> ways() {
        RptSettings plain = TinyWorld.settings(STEPS);
        DynamicSampling refill =
                DynamicSampling.builder().startStep(0).budget(3).maxStaleness(0).build();
        return Stream.of(
                arguments(
                        "rare tokens in a pass of their own",
                        plain.toBuilder().objective(Preset.LOPTI.objective()).build()),
                arguments(
                        "a length budget",
                        plain.toBuilder()
                                .truncation(new TruncationHandling(
                                        false, OverlongPenalty.NONE, new LengthBudget(2, 2, 0.5, 0.1)))
                                .build()),
                arguments(
                        "a band that moves with time",
                        plain.toBuilder()
                                .dynamicSampling(refill.toBuilder()
                                        .curriculum(Curriculum.TIME)
                                        .build())
                                .build()),
                arguments(
                        "a band that moves with the policy",
                        plain.toBuilder()
                                .dynamicSampling(refill.toBuilder()
                                        .curriculum(Curriculum.POLICY)
                                        .build())
                                .build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void hitsBecomeMoreLikely(String way, RptSettings settings) {
        EventLog log = new EventLog();
        TinyWorld.trainer(TinyWorld.policy(), settings).listener(log).build().run();
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        double first = sampled.get(0).rollouts().hitRate();
        double last = sampled.get(sampled.size() - 1).rollouts().hitRate();
        assertThat(first).isLessThan(0.5);
        assertThat(last).as(way).isGreaterThan(0.8);
    }
}
