package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectiveTest {

    @Test
    void everyObjectiveIsFoundByItsName() {
        assertThat(Objective.all())
                .extracting(Objective::name)
                .containsExactly(
                        "grpo", "dr-grpo", "rloo", "dapo", "reinforce++", "reinforce++-baseline", "opo", "gspo");
        assertThat(Objective.all()).allSatisfy(o -> {
            assertThat(Objective.named(o.name())).isSameAs(o);
            assertThat(o.citation()).contains("arXiv");
        });
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.named("ppo"))
                .withMessageContaining("\"ppo\"")
                .withMessageContaining("grpo, dr-grpo, rloo, dapo, reinforce++");
    }

    @Test
    void aSequenceRatioIsNotAveragedOverTokens() {
        for (Aggregation aggregation : List.of(Aggregation.TOKEN_MEAN, Aggregation.CONSTANT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Objective.GSPO.withAggregation(aggregation))
                    .withMessageContaining("the aggregation is " + aggregation)
                    .withMessageContaining("Use SEQUENCE_MEAN_TOKEN_MEAN");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.DAPO.withLoss(Objective.GSPO.loss()))
                .withMessageContaining("TOKEN_MEAN");
        assertThat(Objective.GRPO.withLoss(Objective.GSPO.loss()).aggregation())
                .isEqualTo(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN);
    }

    @Test
    void aRawRewardIsNotAnAdvantage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.GRPO.withAdvantage(Advantage.REWARD))
                .withMessageContaining("raw reward")
                .withMessageContaining("WHITENED");
    }

    @Test
    void anAblationChangesOneChoice() {
        assertThat(Objective.GRPO.withAdvantage(Advantage.CENTRED))
                .isEqualTo(new Objective(
                        Objective.GRPO.name(),
                        Objective.GRPO.citation(),
                        Advantage.CENTRED,
                        BatchNormalisation.NONE,
                        Objective.GRPO.loss(),
                        Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                        false));
        assertThat(Objective.DAPO.withAggregation(Aggregation.CONSTANT))
                .isEqualTo(new Objective(
                        Objective.DAPO.name(),
                        Objective.DAPO.citation(),
                        Objective.DAPO.advantage(),
                        BatchNormalisation.NONE,
                        Objective.DAPO.loss(),
                        Aggregation.CONSTANT,
                        true));
        assertThat(Objective.REINFORCE_PLUS_PLUS.withLoss(PolicyLoss.UNCLIPPED))
                .isEqualTo(new Objective(
                        Objective.REINFORCE_PLUS_PLUS.name(),
                        Objective.REINFORCE_PLUS_PLUS.citation(),
                        Advantage.REWARD,
                        BatchNormalisation.WHITENED,
                        PolicyLoss.UNCLIPPED,
                        Aggregation.TOKEN_MEAN,
                        false));
    }

    @Test
    void anObjectiveHasAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Objective(
                        " ",
                        "own",
                        Advantage.CENTRED,
                        BatchNormalisation.NONE,
                        PolicyLoss.UNCLIPPED,
                        Aggregation.CONSTANT,
                        false))
                .withMessage("an objective needs a name");
    }

    @Test
    void whoLearnsFromEqualRewards() {
        assertThat(Objective.all().stream().filter(Objective::learnsFromEqualRewards))
                .containsExactly(Objective.REINFORCE_PLUS_PLUS, Objective.REINFORCE_PLUS_PLUS_BASELINE);
        assertThat(Objective.GRPO
                        .withLoss(Objective.GRPO.loss().withKl(0.1, KlEstimate.K2))
                        .learnsFromEqualRewards())
                .isTrue();
    }

    @Test
    void presetsDoNotStayCloseToAReference() {
        assertThat(Objective.all())
                .allSatisfy(o -> assertThat(o.loss().klWeight()).isZero());
    }
}
