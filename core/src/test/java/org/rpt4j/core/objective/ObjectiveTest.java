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
                        "grpo",
                        "dr-grpo",
                        "rloo",
                        "dapo",
                        "reinforce++",
                        "reinforce++-baseline",
                        "opo",
                        "gspo",
                        "lite-ppo",
                        "maxrl");
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
                    .isThrownBy(() ->
                            Objective.GSPO.toBuilder().aggregation(aggregation).build())
                    .withMessageContaining("aggregation is " + aggregation)
                    .withMessageContaining("Use SEQUENCE_MEAN_TOKEN_MEAN");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Objective.DAPO.toBuilder().loss(Objective.GSPO.loss()).build())
                .withMessageContaining("TOKEN_MEAN");
        assertThat(Objective.GRPO.toBuilder()
                        .loss(Objective.GSPO.loss())
                        .build()
                        .aggregation())
                .isEqualTo(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN);
    }

    @Test
    void aRawRewardIsNotAnAdvantage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Objective.GRPO.toBuilder().advantage(Advantage.REWARD).build())
                .withMessageContaining("no baseline is subtracted from the reward")
                .withMessageContaining("WHITENED");
    }

    @Test
    void scalingTheStepDoesNotCentreRewards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.LITE_PPO.toBuilder()
                        .advantage(Advantage.REWARD)
                        .build())
                .withMessageContaining("no baseline is subtracted from the reward");
    }

    @Test
    void aSequenceRatioHasNoKeyTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.GSPO.toBuilder().keyTokenWeight(1).build())
                .withMessageContaining("ratio is SEQUENCE and keyTokenWeight is 1.0")
                .withMessageContaining("its tokens share one advantage");
    }

    @Test
    void somethingIsLeftToLearnFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.GRPO.toBuilder().rewardWeight(0).build())
                .withMessageContaining("rewardWeight is 0")
                .withMessageContaining("nothing is left to learn from");
        assertThat(Objective.GRPO.toBuilder()
                        .rewardWeight(0)
                        .corpus(new CorpusTerm(1, 8))
                        .build()
                        .learnsFromEqualRewards())
                .isTrue();
    }

    @Test
    void aTeacherWithoutRewardsNeedsAnEstimateWithAGradient() {
        Objective teacher = Preset.DISTILLATION.objective();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> teacher.toBuilder()
                        .loss(teacher.loss().toBuilder()
                                .klEstimate(KlEstimate.K1)
                                .build())
                        .build())
                .withMessageContaining("a teacher would teach nothing. Use K2 or K3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> teacher.toBuilder().mixedGroupsOnly(true).build())
                .withMessageContaining("a group with equal rewards is as good as another");
    }

    @Test
    void rewardsAreNotDividedTwice() {
        for (Advantage divided : List.of(
                Advantage.standardised(StandardDeviation.SAMPLE_1E6), Advantage.RELATIVE, Advantage.passAt(2))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Objective.LITE_PPO.toBuilder().advantage(divided).build())
                    .withMessageContaining("advantage is " + divided)
                    .withMessageContaining("normalisation is SCALED")
                    .withMessageContaining("divided twice");
        }
        Advantage own = (rewards, lengths) -> rewards.clone();
        assertThat(Objective.LITE_PPO.toBuilder().advantage(own).build().advantage())
                .isSameAs(own);
    }

    @Test
    void anAblationChangesOneChoice() {
        assertThat(Objective.GRPO.toBuilder().advantage(Advantage.CENTRED).build())
                .isEqualTo(Objective.builder(Objective.GRPO.name(), Objective.GRPO.citation())
                        .advantage(Advantage.CENTRED)
                        .loss(Objective.GRPO.loss())
                        .aggregation(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN)
                        .build());
        assertThat(Objective.DAPO.toBuilder().aggregation(Aggregation.CONSTANT).build())
                .isEqualTo(Objective.builder(Objective.DAPO.name(), Objective.DAPO.citation())
                        .advantage(Objective.DAPO.advantage())
                        .loss(Objective.DAPO.loss())
                        .aggregation(Aggregation.CONSTANT)
                        .mixedGroupsOnly(true)
                        .build());
        assertThat(Objective.REINFORCE_PLUS_PLUS.toBuilder()
                        .loss(PolicyLoss.UNCLIPPED)
                        .build())
                .isEqualTo(Objective.builder(
                                Objective.REINFORCE_PLUS_PLUS.name(), Objective.REINFORCE_PLUS_PLUS.citation())
                        .advantage(Advantage.REWARD)
                        .normalisation(BatchNormalisation.WHITENED)
                        .loss(PolicyLoss.UNCLIPPED)
                        .aggregation(Aggregation.TOKEN_MEAN)
                        .build());
    }

    @Test
    void anObjectiveNeedsAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Objective.builder(" ", "own")
                        .advantage(Advantage.CENTRED)
                        .loss(PolicyLoss.UNCLIPPED)
                        .aggregation(Aggregation.CONSTANT)
                        .build())
                .withMessage("name is \" \", must be a name");
    }

    @Test
    void objectivesKnowWhetherTheyLearnFromEqualRewards() {
        assertThat(Objective.all().stream().filter(Objective::learnsFromEqualRewards))
                .containsExactly(Objective.REINFORCE_PLUS_PLUS, Objective.REINFORCE_PLUS_PLUS_BASELINE);
        assertThat(Objective.GRPO.toBuilder()
                        .loss(Objective.GRPO.loss().toBuilder()
                                .klWeight(0.1)
                                .klEstimate(KlEstimate.K2)
                                .build())
                        .build()
                        .learnsFromEqualRewards())
                .isTrue();
    }

    @Test
    void presetsDoNotStayCloseToAReference() {
        assertThat(Objective.all())
                .allSatisfy(o -> assertThat(o.loss().klWeight()).isZero());
    }
}
