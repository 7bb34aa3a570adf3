package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.train.DynamicSampling;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RunKeys;

/** A run configured in a file equals the run configured in code, bit for bit: weights, samples and metrics. */
class SameRunTest {

    private static final SamplingOptions STOPS = SamplingOptions.greedy(1).toBuilder()
            .stopTokens(Set.of(TinyWorld.END))
            .stopCondition(StopCondition.NEVER)
            .build();

    private static final String YAML = """
            run: {seed: 42}
            sampling: {group-size: 8, temperature: 0.8, max-tokens: 4}
            training: {steps: 12, prompts-per-step: 8, updates-per-batch: 2, log-prob-gap-limit: 1e-10}
            dynamic-sampling: {start-step: 3, budget: 4}
            objective: {preset: verl, clip-high: 0.28}
            truncation: {masked: true}
            optimizer: {learning-rate: 2, weight-decay: 0, schedule: cosine, warmup-steps: 2}
            """;

    private static final String JSON = """
            {"run": {"seed": 42},
             "sampling": {"group-size": 8, "temperature": 0.8, "max-tokens": 4},
             "training": {"steps": 12, "prompts-per-step": 8, "updates-per-batch": 2, "log-prob-gap-limit": 1e-10},
             "dynamic-sampling": {"start-step": 3, "budget": 4},
             "objective": {"preset": "verl", "clip-high": 0.28}, "truncation": {"masked": true},
             "optimizer": {"learning-rate": 2, "weight-decay": 0, "schedule": "COSINE", "warmup-steps": 2}}
            """;

    private static final String PROPERTIES = """
            run.seed = 42
            sampling.group-size = 8
            sampling.temperature = 0.8
            sampling.max-tokens = 4
            training.steps = 12
            training.prompts-per-step = 8
            training.updates-per-batch = 2
            training.log-prob-gap-limit = 1e-10
            dynamic-sampling.start-step = 3
            dynamic-sampling.budget = 4
            objective.preset = verl
            objective.clip-high = 0.28
            truncation.masked = true
            optimizer.learning-rate = 2
            optimizer.weight-decay = 0
            optimizer.schedule = COSINE
            optimizer.warmup-steps = 2
            """;

    @TempDir
    private Path folder;

    /** The output of a run. */
    private record Trace(double[][] weights, List<int[]> samples, List<Object> metrics) {}

    private static Trace run(RptSettings settings, OptimizerOptions optimizer) {
        TabularPolicy policy = TinyWorld.policy();
        List<int[]> samples = new ArrayList<>();
        List<Object> metrics = new ArrayList<>();
        RptTrainer.builder()
                .policy(policy, policy.openOptimizer(optimizer))
                .tasks((step, size) -> LongStream.range(step * size, step * size + size)
                        .mapToObj(TinyWorld::task)
                        .toList())
                .prompts((context, after) -> context)
                .extractor(TinyWorld::extract)
                .verifier(TinyWorld.VERIFIER)
                .settings(settings)
                .listener(new TrainingListener() {
                    @Override
                    public void rolloutsSampled(TrainingEvent.RolloutsSampled sampled) {
                        sampled.groups().stream()
                                .map(GradedGroup::rollouts)
                                .forEach(all -> all.forEach(
                                        one -> samples.add(one.rollout().tokens())));
                    }

                    @Override
                    public void stepCompleted(TrainingEvent.StepCompleted completed) {
                        metrics.add(completed.metrics().rollouts());
                        metrics.add(completed.metrics().groups());
                        metrics.add(completed.metrics().update());
                    }
                })
                .build()
                .run();
        return new Trace(policy.logits, samples, metrics);
    }

    private RunConfiguration configuration(String extension) throws IOException {
        String content = switch (extension) {
            case "yaml" -> YAML;
            case "json" -> JSON;
            default -> PROPERTIES;
        };
        return KeyTest.minimal()
                .file(Files.writeString(folder.resolve("run." + extension), content))
                .build();
    }

    private static RptSettings inCode() {
        PolicyLoss loss = PolicyLoss.clipped(0.2, 0.28).toBuilder().dualClip(3).build();
        return RptSettings.PAPER.toBuilder()
                .steps(12)
                .promptsPerStep(8)
                .sampling(STOPS.toBuilder()
                        .groupSize(8)
                        .temperature(0.8)
                        .maxTokens(4)
                        .seed(42)
                        .step(0)
                        .build())
                .objective(Objective.GRPO.toBuilder()
                        .loss(loss)
                        .aggregation(Aggregation.TOKEN_MEAN)
                        .build())
                .truncation(TruncationHandling.MASK)
                .updatesPerBatch(2)
                .schedule(new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2, 0.1, 2))
                .dynamicSampling(
                        DynamicSampling.builder().startStep(3).budget(4).build())
                .logProbGapLimit(1e-10)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "json", "properties"})
    void aFileAndCodeGiveTheSameRun(String extension) throws IOException {
        OptimizerOptions optimizer = OptimizerOptions.PAPER.toBuilder()
                .learningRate(2)
                .weightDecay(0)
                .build();
        Trace code = run(inCode(), optimizer);
        RunConfiguration configuration = configuration(extension);

        Trace file = run(configuration.training(STOPS), configuration.optimizer());

        assertThat(configuration.training(STOPS)).isEqualTo(inCode());
        assertThat(configuration.optimizer()).isEqualTo(optimizer);
        assertThat(Arrays.deepEquals(file.weights(), code.weights())).isTrue();
        assertThat(Arrays.deepEquals(code.weights(), TinyWorld.policy().logits)).isFalse();
        assertThat(file.samples()).usingElementComparator(Arrays::compare).containsExactlyElementsOf(code.samples());
        assertThat(file.samples()).hasSizeGreaterThanOrEqualTo(12 * 64);
        assertThat(file.metrics()).isEqualTo(code.metrics()).hasSize(36);
    }

    @Test
    void theEffectiveValuesOfARunMakeTheSameRunAgain() throws IOException {
        RunConfiguration first = configuration("yaml");
        RunConfigurationBuilder again = RunConfiguration.builder();
        first.settings().forEach(setting -> again.set(setting.name(), setting.value(), "run directory"));

        assertThat(again.build().training(STOPS)).isEqualTo(first.training(STOPS));
        assertThat(again.build().evaluation(STOPS)).isEqualTo(first.evaluation(STOPS));
        assertThat(again.build().pipeline(100)).isEqualTo(first.pipeline(100));
        assertThat(again.build().corpus()).isEqualTo(first.corpus());
    }

    @Test
    void theDefaultsAreThoseOfThePaper() {
        RunConfiguration paper = KeyTest.minimal().build();

        assertThat(paper.training(RptSettings.PAPER.sampling()))
                .isEqualTo(RptSettings.PAPER.toBuilder()
                        .schedule(LearningRateSchedule.constant(1e-6))
                        .build());
        assertThat(paper.optimizer()).isEqualTo(OptimizerOptions.PAPER);
    }

    static List<Preset> presets() {
        return Preset.all();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void aPresetGivesItsObjective(Preset preset) {
        RunConfigurationBuilder builder =
                KeyTest.minimal().set(ObjectiveKeys.PRESET, preset).set(DynamicSamplingKeys.ENABLED, false);
        if (preset.objective().loss().klResetSteps() > 0) {
            builder.set(RunKeys.DIRECTORY, Path.of("out"));
        } else if (preset.objective().loss().klWeight() > 0) {
            builder.set(ModelKeys.REFERENCE, Path.of("teacher"));
        }
        RptSettings settings = builder.build().training(STOPS);

        assertThat(settings.objective()).isEqualTo(preset.objective());
        assertThat(settings.truncation()).isEqualTo(preset.truncation());
    }

    static List<Objective> objectives() {
        return Objective.all();
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void aNameGivesThePublishedObjective(Objective objective) {
        RunConfiguration configuration = KeyTest.minimal()
                .set(ObjectiveKeys.NAME, objective)
                .set(ObjectiveKeys.PRESET, Preset.TRL)
                .build();

        assertThat(configuration.training(STOPS).objective()).isEqualTo(objective);
    }
}
