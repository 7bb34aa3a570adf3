package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.setting.Conflict;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.Baseline;
import org.rpt4j.core.objective.BatchNormalisation;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.StandardDeviation;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.reward.LikelihoodOptions;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.train.DynamicSampling;
import org.rpt4j.core.train.RptSettings;

/** A configuration rejects what an options type rejects in code, for the same reason, in terms of the keys. */
class OptionRefusalTest {

    /**
     * A combination that an options type rejects.
     *
     * @param inCode builds the options
     * @param keys the keys that the message must name
     * @param settings the same combination in a configuration
     */
    private record Refused(Supplier<Object> inCode, List<String> keys, String... settings) {

        @Override
        public String toString() {
            return String.join(" and ", keys);
        }
    }

    private static RptSettings.Builder paper() {
        return RptSettings.PAPER.toBuilder();
    }

    static List<Refused> refusals() {
        SamplingOptions fourSamples = SamplingOptions.builder().groupSize(4).build();
        return List.of(
                new Refused(
                        () -> PipelineSettings.builder(TaskSelection.above(0))
                                .windowTokens(64)
                                .windowOverlap(64)
                                .build(),
                        List.of("scoring.window-overlap", "scoring.window-tokens"),
                        "scoring.window-overlap=64",
                        "scoring.window-tokens=64"),
                new Refused(
                        () -> new PositionSelector.PassRateBand(0.8, 0.2, Map.of()),
                        List.of("selection.lowest-pass-rate", "selection.highest-pass-rate"),
                        "selection.lowest-pass-rate=0.8",
                        "selection.highest-pass-rate=0.2"),
                new Refused(
                        () -> LikelihoodOptions.builder()
                                .gainSteps(List.of(1.0, 2.0, 3.0))
                                .build(),
                        List.of("likelihood.gain-steps", "likelihood.kind"),
                        "reward.name=likelihood",
                        "likelihood.gain-steps=1,2,3"),
                new Refused(
                        () -> LikelihoodOptions.builder()
                                .kind(LikelihoodOptions.Kind.AVERAGE_LOG_PROB)
                                .gainSteps(List.of(1.0, 2.0, 3.0))
                                .debias(true)
                                .build(),
                        List.of("likelihood.gain-steps", "likelihood.debias"),
                        "reward.name=likelihood",
                        "likelihood.kind=AVERAGE_LOG_PROB",
                        "likelihood.gain-steps=1,2,3",
                        "likelihood.debias=true"),
                new Refused(
                        () -> paper().startStep(20).steps(10).build(),
                        List.of("training.start-step", "training.steps"),
                        "training.start-step=20",
                        "training.steps=10"),
                new Refused(
                        () -> paper().objective(Objective.OPO)
                                .updatesPerBatch(2)
                                .build(),
                        List.of("training.updates-per-batch", "objective.baseline"),
                        "objective.name=opo",
                        "training.updates-per-batch=2"),
                new Refused(
                        () -> paper().objective(Objective.OPO)
                                .dynamicSampling(DynamicSampling.builder()
                                        .maxStaleness(1)
                                        .build())
                                .build(),
                        List.of("dynamic-sampling.max-staleness", "objective.baseline"),
                        "objective.name=opo",
                        "dynamic-sampling.max-staleness=1"),
                new Refused(
                        () -> Advantage.of(Baseline.LEAVE_ONE_OUT, StandardDeviation.SAMPLE_1E6),
                        List.of("objective.baseline", "objective.deviation"),
                        "objective.baseline=LEAVE_ONE_OUT",
                        "objective.deviation=SAMPLE_1E6"),
                new Refused(
                        () -> Objective.GRPO.toBuilder()
                                .advantage(Advantage.REWARD)
                                .build(),
                        List.of("objective.baseline", "objective.normalisation"),
                        "objective.baseline=NONE",
                        "objective.deviation=NONE"),
                new Refused(
                        () -> Objective.GRPO.toBuilder()
                                .normalisation(BatchNormalisation.SCALED)
                                .build(),
                        List.of("objective.baseline", "objective.deviation", "objective.normalisation"),
                        "objective.normalisation=SCALED"),
                new Refused(
                        () -> paper().preset(Preset.MAX_RL)
                                .truncation(TruncationHandling.softPenalty(64, 1))
                                .build(),
                        List.of("truncation.penalty-tokens", "objective.baseline"),
                        "objective.preset=maxrl",
                        "truncation.penalty-tokens=64"),
                new Refused(
                        () -> paper().preset(Preset.PASS_AT_K)
                                .sampling(fourSamples)
                                .build(),
                        List.of("sampling.group-size", "objective.best-of"),
                        "objective.preset=pass@k",
                        "sampling.group-size=4"),
                new Refused(
                        () -> Objective.GRPO.toBuilder().rewardWeight(0).build(),
                        List.of("objective.reward-weight", "objective.kl-weight", "objective.corpus-weight"),
                        "objective.reward-weight=0"),
                new Refused(
                        () -> Preset.DISTILLATION.objective().toBuilder()
                                .loss(Preset.DISTILLATION.objective().loss().toBuilder()
                                        .klEstimate(KlEstimate.K1)
                                        .build())
                                .build(),
                        List.of("objective.reward-weight", "objective.kl-estimate"),
                        "objective.preset=distillation",
                        "model.reference=teacher",
                        "dynamic-sampling.enabled=false",
                        "objective.kl-estimate=K1"),
                new Refused(
                        () -> Preset.DISTILLATION.objective().toBuilder()
                                .mixedGroupsOnly(true)
                                .build(),
                        List.of("objective.reward-weight", "objective.mixed-groups-only"),
                        "objective.preset=distillation",
                        "model.reference=teacher",
                        "dynamic-sampling.enabled=false",
                        "objective.mixed-groups-only=true"),
                new Refused(
                        () -> paper().preset(Preset.DISTILLATION).build(),
                        List.of("objective.reward-weight", "dynamic-sampling.start-step"),
                        "objective.preset=distillation",
                        "model.reference=teacher",
                        "dynamic-sampling.start-step=500"),
                new Refused(
                        () -> Objective.GSPO.loss().toBuilder()
                                .isolationThreshold(0.5)
                                .build(),
                        List.of("objective.ratio", "objective.isolation-threshold"),
                        "objective.name=gspo",
                        "objective.isolation-threshold=0.5"),
                new Refused(
                        () -> Preset.LOPTI.objective().toBuilder()
                                .corpus(new CorpusTerm(0.1, 8))
                                .build(),
                        List.of("objective.isolation-threshold", "objective.corpus-weight"),
                        "objective.preset=lopti",
                        "objective.corpus-weight=0.1"),
                new Refused(
                        () -> paper().objective(Objective.OPO.toBuilder()
                                        .loss(Preset.LOPTI.objective().loss())
                                        .build())
                                .build(),
                        List.of("objective.isolation-threshold", "objective.baseline"),
                        "objective.name=opo",
                        "objective.isolation-threshold=0.5"),
                new Refused(
                        () -> Objective.GSPO.toBuilder().keyTokenWeight(1).build(),
                        List.of("objective.ratio", "objective.key-token-weight"),
                        "objective.name=gspo",
                        "objective.key-token-weight=1"),
                new Refused(
                        () -> new TruncationHandling.LengthBudget(8, 9, 0.5, 0.1),
                        List.of("truncation.budget-tokens", "truncation.budget-least-tokens"),
                        "truncation.budget-tokens=8",
                        "truncation.budget-least-tokens=9"),
                new Refused(
                        () -> paper().truncation(new TruncationHandling(
                                        false,
                                        TruncationHandling.KEEP.penalty(),
                                        new TruncationHandling.LengthBudget(64, 1, 0.5, 0.1)))
                                .sampling(
                                        SamplingOptions.builder().maxTokens(32).build())
                                .build(),
                        List.of("truncation.budget-tokens", "sampling.max-tokens"),
                        "truncation.budget-tokens=64",
                        "sampling.max-tokens=32"),
                new Refused(
                        () -> Objective.GSPO.loss().toBuilder()
                                .probabilityWeight(0.3)
                                .build(),
                        List.of("objective.ratio", "objective.probability-weight"),
                        "objective.name=gspo",
                        "objective.probability-weight=0.3"),
                new Refused(
                        () -> Objective.GSPO.toBuilder()
                                .aggregation(Aggregation.TOKEN_MEAN)
                                .build(),
                        List.of("objective.ratio", "objective.aggregation"),
                        "objective.name=gspo",
                        "objective.aggregation=TOKEN_MEAN"),
                new Refused(
                        () -> paper().truncation(TruncationHandling.softPenalty(64, 1))
                                .sampling(
                                        SamplingOptions.builder().maxTokens(32).build())
                                .build(),
                        List.of("truncation.penalty-tokens", "sampling.max-tokens"),
                        "truncation.penalty-tokens=64",
                        "sampling.max-tokens=32"),
                new Refused(
                        () -> EvaluationSettings.builder(
                                        fourSamples.toBuilder().temperature(0).build())
                                .build(),
                        List.of("evaluation.samples", "evaluation.temperature"),
                        "evaluation.samples=4"),
                new Refused(
                        () -> EvaluationSettings.builder(fourSamples)
                                .passAt(List.of(1, 8))
                                .build(),
                        List.of("evaluation.pass-at", "evaluation.samples"),
                        "evaluation.pass-at=1,8",
                        "evaluation.samples=4",
                        "evaluation.temperature=0.8"));
    }

    private static List<String> problems(String... settings) {
        RunConfigurationBuilder builder = KeyTest.minimal();
        for (String setting : settings) {
            builder.set(setting.split("=")[0], setting.split("=")[1], "run.yaml:7");
        }
        return catchThrowableOfType(ConfigurationException.class, builder::build)
                .problems();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void theReasonOfTheOptionsReachesTheUserWithTheNamesOfTheKeys(Refused refused) {
        SettingsConflictException inCode = catchThrowableOfType(SettingsConflictException.class, refused.inCode()::get);
        Conflict conflict = inCode.conflicts().get(0);

        List<String> problems = problems(refused.settings());

        assertThat(inCode.conflicts()).hasSize(1);
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(refused.keys().get(0) + " = ")
                .contains(refused.keys().stream().map(key -> key + " = ").toList())
                .contains("run.yaml:7")
                .endsWith(": " + conflict.reason());
        assertThat(conflict.reason()).as("must end with what to do").matches("(?s).*[.:;] [A-Z].*\\.");
    }

    @Test
    void aRejectedObjectiveDoesNotHideOtherErrors() {
        assertThat(problems(
                        "objective.baseline=LEAVE_ONE_OUT",
                        "objective.deviation=SAMPLE_1E6",
                        "training.start-step=20",
                        "training.steps=10"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("becomes a million"))
                .anySatisfy(problem -> assertThat(problem).contains("end before it starts"));
    }

    @Test
    void aValueThatCouldNotBeReadIsNotPartOfAConflict() {
        assertThat(problems("training.start-step=2000", "training.steps=many"))
                .singleElement()
                .asString()
                .contains("\"many\"");
    }
}
