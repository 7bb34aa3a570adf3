package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** Runs of an application that wants to end them. */
class ConfiguredRunTest {

    @TempDir
    private Path folder;

    private RunConfigurationBuilder configuration;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, TinyCheckpoint.write(folder.resolve("model")))
                .set(BackendKeys.NAME, "reference")
                .set(
                        CorpusKeys.FILES,
                        List.of(TinyCheckpoint.writeCorpus(folder.resolve("a.jsonl"), 4)
                                .toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, 0.5)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 2)
                .set(
                        PromptKeys.INSTRUCTION,
                        Files.writeString(folder.resolve("next.txt"), "Next?" + " {context}")
                                .toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 2)
                .set(TrainingKeys.STEPS, 50L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(EvaluationKeys.TASKS, 1)
                .set(RunKeys.DIRECTORY, folder.resolve("run"))
                .set(RunKeys.SEED, 3L);
    }

    private void assertThatWhatWasDoneIsKept(RunResult result) {
        assertThat(result.training().outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.training().nextStep()).isBetween(1L, 49L);
        assertThat(result.evaluations()).extracting(report -> report.label()).containsExactly("before");
        assertThat(folder.resolve("run/checkpoint/model.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("run/pass-rates.json")).isNotEmptyFile();
        assertThat(result.report()).hasValueSatisfying(page -> assertThat(page).isNotEmptyFile());
        assertThat(RecordedRun.open(folder.resolve("run")).outcome()).isPresent();
    }

    @Test
    void anInterruptedRunKeepsWhatItHasAndTheInterruption() {
        RunObserver interrupting = new RunObserver() {
            @Override
            public void stepCompleted(TrainingEvent.StepCompleted event) {
                Thread.currentThread().interrupt();
            }
        };

        RunResult result = new ConfiguredRun(configuration.build(), interrupting).run();

        assertThat(Thread.interrupted()).isTrue();
        assertThatWhatWasDoneIsKept(result);
    }

    @Test
    void aRunCanBeCancelledThroughItsTrainer() {
        RunObserver cancelling = new RunObserver() {
            private Trainer handle;

            @Override
            public void training(Trainer trainer) {
                handle = trainer;
            }

            @Override
            public void stepCompleted(TrainingEvent.StepCompleted event) {
                handle.cancel();
            }
        };

        assertThatWhatWasDoneIsKept(new ConfiguredRun(configuration.build(), cancelling).run());
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void nothingThatIsThereIsReplaced() throws IOException {
        Path letter = folder.resolve("trained/letter.txt");
        Files.createDirectories(letter.getParent());
        Files.writeString(letter, "dear");
        configuration.set(RunKeys.SAVE, folder.resolve("trained"));

        assertThatThrownBy(() -> new ConfiguredRun(configuration.build(), RunObserver.NONE).run())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("trained: it is not empty");
        configuration.set(RunKeys.SAVE, folder.resolve("other"));
        Files.writeString(folder.resolve("other.optimizer"), "state");
        assertThatThrownBy(() -> new ConfiguredRun(configuration.build(), RunObserver.NONE).run())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("other.optimizer: the file exists");
        assertThat(letter).hasContent("dear");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void filesThatAreMissingAreToldBeforeAnythingIsScored() {
        RunObserver unscored = new RunObserver() {
            @Override
            public void scoring(Progress progress) {
                throw new AssertionError("scored");
            }
        };
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> new ConfiguredRun(
                                configuration
                                        .set(DynamicSamplingKeys.PASS_RATES, missing)
                                        .build(),
                                unscored)
                        .run())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Pass rates cannot be read from " + missing);
        assertThatThrownBy(() -> new ConfiguredRun(
                                configuration
                                        .set(ModelKeys.OPTIMIZER_STATE, missing)
                                        .build(),
                                unscored)
                        .run())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("No optimizer state at " + missing);
    }

    @Test
    void aRunThatNoLongerImprovesStops() {
        RunResult result = new ConfiguredRun(
                        configuration
                                .set(EvaluationKeys.EVERY_STEPS, 1L)
                                .set(ValidationKeys.PATIENCE, 2)
                                .build(),
                        RunObserver.NONE)
                .run();

        assertThat(result.training().outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(result.evaluations()).hasSize(1 + (int) result.training().nextStep());
    }
}
