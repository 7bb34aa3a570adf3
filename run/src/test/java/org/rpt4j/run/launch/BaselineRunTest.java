package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.TrainingKeys.Method;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepEvent;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;
import org.rpt4j.run.report.RunComparison;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** Reinforcement and its baselines from configurations that differ in the method alone. */
class BaselineRunTest {

    @TempDir
    private Path folder;

    private Path model;
    private Path corpus;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("a.jsonl"), 4);
        Files.writeString(folder.resolve("next.txt"), "Next? {context}");
    }

    private RunConfigurationBuilder configuration(String name) {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, 0.5)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 2)
                .set(PromptKeys.INSTRUCTION, folder.resolve("next.txt").toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 8)
                .set(TrainingKeys.STEPS, 2L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(TrainingKeys.MICRO_BATCH_TOKENS, 64)
                .set(OptimizerKeys.LEARNING_RATE, 1e-3)
                .set(OptimizerKeys.SCHEDULE, LearningRateSchedule.Shape.COSINE)
                .set(EvaluationKeys.TASKS, 2)
                .set(RunKeys.DIRECTORY, folder.resolve(name))
                .set(RunKeys.SEED, 3L);
    }

    private RunConfigurationBuilder control(Method method, String name) {
        return configuration(name).set(TrainingKeys.METHOD, method).set(TrainingKeys.TOKENS_PER_STEP, 32);
    }

    private static RunResult run(RunConfigurationBuilder configuration) {
        return new ConfiguredRun(configuration.build(), RunObserver.NONE).run();
    }

    private RecordedRun recorded(String name) {
        return RecordedRun.open(folder.resolve(name));
    }

    private static double spent(RecordedRun run) {
        List<StepRecord> steps = run.steps();
        return steps.get(steps.size() - 1).value(StepValues.COMPUTE);
    }

    @Test
    void plainTrainingSpendsWhatReinforcementSpentAndIsComparedWithIt() throws IOException {
        run(configuration("rpt"));

        RunResult result = run(control(Method.NEXT_TOKEN, "ntp").set(BaselineKeys.COMPUTE_OF, folder.resolve("rpt")));

        double budget = spent(recorded("rpt"));
        List<StepRecord> steps = recorded("ntp").steps();
        assertThat(steps)
                .hasSize((int) result.training().updates())
                .allSatisfy(step -> assertThat(step.event()).isEqualTo(StepEvent.SUPERVISED));
        double largest = 0;
        for (int i = 0; i < steps.size(); i++) {
            double before = i == 0 ? 0 : steps.get(i - 1).value(StepValues.COMPUTE);
            largest = Math.max(largest, steps.get(i).value(StepValues.COMPUTE) - before);
        }
        assertThat(spent(recorded("ntp"))).as("no step more would fit").isBetween(budget - 2 * largest, budget);
        assertThat(steps.get(0).value(StepValues.LEARNING_RATE))
                .as("the run's schedule")
                .isEqualTo(1e-3);
        assertThat(steps.get(steps.size() - 1).value(StepValues.LEARNING_RATE)).isLessThan(1e-3);
        assertThat(result.evaluations()).extracting(report -> report.label()).containsExactly("before", "after");
        assertThat(Files.readString(result.report().orElseThrow()))
                .contains("Supervised training of")
                .doesNotContain("NaN");
        assertThat(result.checkpoint().orElseThrow().resolve("model.safetensors"))
                .isNotEmptyFile();
        RunComparison comparison = RunComparison.of(recorded("rpt"), recorded("ntp"));
        assertThat(comparison.changes())
                .extracting(RunComparison.Change::setting)
                .contains("training.method", "baseline.compute-of");
        assertThat(comparison.secondFlops()).isEqualTo(spent(recorded("ntp")));
    }

    @Test
    void theSearchForThoughtsIsPaidFromTheBudget() {
        List<Long> searched = new ArrayList<>();
        RunObserver observer = new RunObserver() {
            @Override
            public void searching(Progress progress) {
                searched.add(progress.done());
            }
        };
        double budget = 2e9;

        RunConfiguration configuration = control(Method.MIXED_SUPERVISED, "mixed")
                .set(RewardKeys.NAME, "lucky")
                .set(BaselineKeys.FLOPS, budget)
                .build();

        RunResult result = new ConfiguredRun(configuration, observer).run();

        assertThat(searched).as("the steps of reinforcement").containsExactly(1L, 2L);
        RecordedRun run = recorded("mixed");
        StepRecord first = run.steps().get(0);
        double update = 6 * run.provenance().model().parameterCount() * first.value(StepValues.TOKENS_TRAINED);
        assertThat(first.value(StepValues.COMPUTE) - update).as("the search").isPositive();
        assertThat(spent(run)).isLessThanOrEqualTo(budget);
        assertThat(run.evaluations()).extracting(EvaluationRecord::flops).containsExactly(0.0, spent(run));
        assertThat(result.report().orElseThrow()).isNotEmptyFile();
    }

    @Test
    void evaluationsAndCheckpointsOnTheWayAreThoseOfTheRun() {
        RunResult result = run(control(Method.NEXT_TOKEN, "watched")
                .set(BaselineKeys.FLOPS, 5e8)
                .set(EvaluationKeys.EVERY_STEPS, 1L)
                .set(EvaluationKeys.TASKS, 1));

        assertThat(result.training().updates()).isGreaterThan(1);
        assertThat(result.evaluations()).hasSize((int) result.training().updates() + 1);
        assertThat(result.evaluations().get(1).label()).isEqualTo("step 1");
        assertThat(result.evaluations().get(result.evaluations().size() - 1).label())
                .isEqualTo("after");
    }

    @Test
    void aSearchWithoutAHitHasNothingToImitate() {
        assertThatThrownBy(() -> run(control(Method.MIXED_SUPERVISED, "hitless").set(BaselineKeys.FLOPS, 2e9)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("nothing to imitate");
        assertThat(folder.resolve("hitless")).doesNotExist();
    }

    @Test
    void aBudgetThatIsNotThereOrPaysForNothingIsTold() {
        assertThatThrownBy(() ->
                        run(control(Method.NEXT_TOKEN, "none").set(BaselineKeys.COMPUTE_OF, folder.resolve("nowhere"))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("nowhere is not a run");
        assertThatThrownBy(() -> run(control(Method.NEXT_TOKEN, "poor").set(BaselineKeys.FLOPS, 1000.0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("do not pay for one step");
        assertThatThrownBy(
                        () -> run(control(Method.MIXED_SUPERVISED, "searching").set(BaselineKeys.FLOPS, 1000.0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("search for thoughts spent");
        assertThat(folder.resolve("poor")).doesNotExist();
        assertThat(folder.resolve("searching")).doesNotExist();
    }
}
