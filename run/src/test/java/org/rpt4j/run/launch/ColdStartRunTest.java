package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.run.tiny.TinyRuns.assertSameWeights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepEvent;
import org.rpt4j.run.directory.StepValues;
import org.rpt4j.run.supervised.ThoughtTrace;
import org.rpt4j.run.supervised.TraceFile;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyRuns;

/** Supervised runs on thought traces: from files, from the model, from a teacher. */
class ColdStartRunTest {

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private TinyRuns runs;

    /** A model that has learned one thought by heart, so that it writes boxes. */
    @BeforeAll
    static void teachToWriteBoxes() throws IOException {
        TinyRuns runs = TinyRuns.in(shared);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            lines.append("{\"context\": \"")
                    .append(TinyCheckpoint.text(i % 4), 0, 30 + 8 * i)
                    .append("\", \"thought\": \"It counts.\", \"prediction\": \" the\"}\n");
        }
        Files.writeString(shared.resolve("traces.jsonl"), lines);
        TinyRuns.run(fromFile(runs, "by-heart")
                .set(OptimizerKeys.LEARNING_RATE, 0.02)
                .set(TrainingKeys.TOKENS_PER_STEP, 4096)
                .set(TrainingKeys.EPOCHS, 150)
                .set(RunKeys.SAVE_EVERY, 0L)
                .set(RunKeys.SAVE, shared.resolve("boxes")));
    }

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    /** A run without a corpus. */
    private RunConfigurationBuilder fromFile(String name) {
        return fromFile(runs, name);
    }

    private static RunConfigurationBuilder fromFile(TinyRuns runs, String name) {
        Path folder = runs.folder();
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, runs.model())
                .set(BackendKeys.NAME, "reference")
                .set(PromptKeys.INSTRUCTION, folder.resolve("next.txt").toString())
                .set(TrainingKeys.METHOD, TrainingKeys.Method.SUPERVISED)
                .set(TrainingKeys.TOKENS_PER_STEP, 64)
                .set(TrainingKeys.EPOCHS, 2)
                .set(TraceKeys.PATHS, List.of(folder.resolve("traces.jsonl")))
                .set(OptimizerKeys.LEARNING_RATE, 1e-3)
                .set(RunKeys.SAVE_EVERY, 1L)
                .set(RunKeys.DIRECTORY, folder.resolve(name))
                .set(RunKeys.SEED, 3L);
    }

    /** Thoughts of the model that writes boxes, which are all called right. */
    private RunConfigurationBuilder sampled(String name, TraceKeys.Source from) {
        return runs.configuration(name)
                .set(ModelKeys.DIRECTORY, shared.resolve("boxes"))
                .set(TrainingKeys.METHOD, TrainingKeys.Method.SUPERVISED)
                .set(TrainingKeys.TOKENS_PER_STEP, 64)
                .set(RewardKeys.NAME, "any-box")
                .set(SamplingKeys.MAX_TOKENS, 24)
                .set(TraceKeys.FROM, from)
                .set(TraceKeys.TASKS, 6);
    }

    private void writeTraces(int rows) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            lines.append("{\"context\": \"One two ")
                    .append(i)
                    .append("\", \"thought\": \"It counts.\", \"prediction\": \" three\"}\n");
        }
        Files.writeString(folder.resolve("traces.jsonl"), lines);
    }

    @Test
    void aModelLearnsTheTracesOfAFileWithoutACorpus() throws IOException {
        writeTraces(6);
        List<String> notes = new ArrayList<>();

        RunResult result = new ConfiguredRun(
                        fromFile("warm")
                                .set(OptimizerKeys.LEARNING_RATE, 0.01)
                                .set(TrainingKeys.EPOCHS, 8)
                                .build(),
                        new RunObserver() {
                            @Override
                            public void noted(String note) {
                                notes.add(note);
                            }
                        })
                .run();

        assertThat(result.training().updates()).isGreaterThan(8);
        assertThat(notes).contains("Learns 6 thought traces of 6 prompts.");
        RecordedRun recorded = RecordedRun.open(folder.resolve("warm"));
        assertThat(recorded.steps()).allSatisfy(step -> assertThat(step.event()).isEqualTo(StepEvent.SUPERVISED));
        double first = recorded.steps().get(0).value(StepValues.LOSS);
        double last = recorded.steps().get(recorded.steps().size() - 1).value(StepValues.LOSS);
        assertThat(last).isLessThan(0.8 * first);
        assertThat(recorded.provenance().artifacts())
                .anySatisfy(artifact -> assertThat(artifact.role()).startsWith("traces "));
        assertThat(folder.resolve("warm/report.html")).isNotEmptyFile();
    }

    @Test
    void aColdStartThatWasInterruptedResumesBitForBit() throws IOException {
        writeTraces(6);
        RunResult whole = TinyRuns.run(fromFile("whole"));
        assertThat(whole.training().nextStep()).isGreaterThan(3);
        new ConfiguredRun(fromFile("parts").build(), new Cancelling(2)).run();

        RunResult rest = TinyRuns.run(fromFile("parts").set(RunKeys.RESUME, true));

        assertThat(rest.training().nextStep()).isEqualTo(whole.training().nextStep());
        assertSameWeights(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void otherTracesDoNotResumeARun() throws IOException {
        writeTraces(6);
        new ConfiguredRun(fromFile("parts").build(), new Cancelling(2)).run();
        writeTraces(7);
        assertThatThrownBy(() -> TinyRuns.run(fromFile("parts").set(RunKeys.RESUME, true)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("traces ");
    }

    @Test
    void theModelsOwnThoughtsAreKeptWhereTheyAreRight() throws IOException {
        TinyRuns.run(sampled("own", TraceKeys.Source.MODEL));

        List<ThoughtTrace> traces = TraceFile.read(List.of(folder.resolve("own/traces.jsonl")), ThoughtMarkers.THINK);
        assertThat(traces)
                .isNotEmpty()
                .allSatisfy(trace -> assertThat(trace.answer()).isNotEmpty());
        RecordedRun recorded = RecordedRun.open(folder.resolve("own"));
        assertThat(recorded.steps()).isNotEmpty();
        assertThat(recorded.evaluations()).hasSizeGreaterThan(1);
    }

    @Test
    void aTeacherThinksWithItsOwnTokenizerAndInstruction() throws IOException {
        Files.writeString(folder.resolve("few.txt"), "For example \\boxed{x}. {context}");
        TinyRuns.run(sampled("taught", TraceKeys.Source.TEACHER)
                .set(ModelKeys.DIRECTORY, runs.model())
                .set(TraceKeys.TEACHER, shared.resolve("boxes"))
                .set(TraceKeys.THOUGHT, ThoughtRule.NONE)
                .set(TraceKeys.INSTRUCTION, folder.resolve("few.txt").toString()));
        assertThat(TraceFile.read(List.of(folder.resolve("taught/traces.jsonl")), ThoughtMarkers.THINK))
                .isNotEmpty();
    }

    @Test
    void aSearchThatWasInterruptedContinuesWithTheSameTraces() throws IOException {
        TinyRuns.run(sampled("whole", TraceKeys.Source.MODEL));
        RunConfigurationBuilder parts = sampled("parts", TraceKeys.Source.MODEL);
        assertThatThrownBy(() -> new ConfiguredRun(parts.build(), new RunObserver() {
                            @Override
                            public void searching(Progress progress) {
                                throw new OperationCancelledException("stopped");
                            }
                        })
                        .run())
                .isInstanceOf(OperationCancelledException.class);
        List<Long> batches = new ArrayList<>();

        new ConfiguredRun(parts.build(), new RunObserver() {
                    @Override
                    public void searching(Progress progress) {
                        batches.add(progress.total());
                    }
                })
                .run();

        assertThat(batches).containsExactly(2L, 2L);
        assertThat(folder.resolve("parts/traces.jsonl")).hasSameTextualContentAs(folder.resolve("whole/traces.jsonl"));
        assertSameWeights(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void aRunThatSampledItsTracesResumesWithThem() throws IOException {
        RunResult whole = TinyRuns.run(sampled("whole", TraceKeys.Source.MODEL));
        new ConfiguredRun(sampled("parts", TraceKeys.Source.MODEL).build(), new Cancelling(1)).run();
        RunResult rest = new ConfiguredRun(
                        sampled("parts", TraceKeys.Source.MODEL)
                                .set(RunKeys.RESUME, true)
                                .build(),
                        new RunObserver() {
                            @Override
                            public void searching(Progress progress) {
                                throw new AssertionError("sampled again");
                            }

                            @Override
                            public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {}
                        })
                .run();
        assertThat(rest.training().nextStep()).isEqualTo(whole.training().nextStep());
        assertSameWeights(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void thoughtsOfOtherSettingsAreNotContinued() {
        TinyRuns.run(sampled("own", TraceKeys.Source.MODEL).set(RunKeys.SAVE_EVERY, 0L));
        assertThatThrownBy(() -> TinyRuns.run(sampled("own", TraceKeys.Source.MODEL)
                        .set(RunKeys.RESUME, true)
                        .set(RunKeys.ACCEPT_CHANGED, List.of("sampling.temperature"))
                        .set(SamplingKeys.TEMPERATURE, 0.5)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("temperature 0.5");
    }

    @Test
    void thoughtsAboutOtherTextsAreNotContinued() throws IOException {
        RunObserver stops = new RunObserver() {
            @Override
            public void searching(Progress progress) {
                throw new OperationCancelledException("stopped");
            }
        };
        RunConfigurationBuilder other = sampled("other", TraceKeys.Source.MODEL);
        assertThatThrownBy(() -> new ConfiguredRun(other.build(), stops).run())
                .isInstanceOf(OperationCancelledException.class);
        TinyCheckpoint.writeCorpus(runs.corpus(), 8);
        assertThatThrownBy(() -> TinyRuns.run(other))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("were sampled with other settings");
    }

    @Test
    void anInstructionForThoughtsThatLeavesNoRoomIsRefusedWithItsKey() throws IOException {
        Path examples = Files.writeString(
                folder.resolve("long.txt"), "an example ".repeat(TinyCheckpoint.CONTEXT) + "{context}");

        assertThatThrownBy(() -> TinyRuns.run(
                        sampled("long", TraceKeys.Source.MODEL).set(TraceKeys.INSTRUCTION, examples.toString())))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining(
                        "Lower sampling.max-tokens (24, builder), or change traces.sampling-instruction.");
    }

    @Test
    void withoutARightThoughtThereIsNothingToImitate() {
        assertThatThrownBy(() ->
                        TinyRuns.run(sampled("none", TraceKeys.Source.MODEL).set(RewardKeys.NAME, "prefix-match")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("traces.sampling-instruction")
                .hasMessageContaining("traces.sampling-thought=UNMARKED");
    }

    /** Of a model that never writes a box, and of one that always does. */
    @Test
    void aRunTellsBeforeItTrainsHowOftenABoxIsReached() {
        assertThat(notes(runs.configuration("random").set(SamplingKeys.MAX_TOKENS, 24)))
                .anySatisfy(note -> assertThat(note)
                        .startsWith("A probe of 4 prompts: 0 of 8 rollouts hold a prediction in a box. Most were cut"
                                + " off at the limit: raise sampling.max-tokens (24)"));
        RunConfigurationBuilder boxes = runs.configuration("boxes")
                .set(ModelKeys.DIRECTORY, shared.resolve("boxes"))
                .set(SamplingKeys.MAX_TOKENS, 24)
                .set(SamplingKeys.TEMPERATURE, 0.1);
        assertThat(notes(boxes))
                .anySatisfy(note -> assertThat(note)
                        .matches("A probe of 4 prompts: [4-8] of 8 rollouts hold a prediction in a box\\."));
        assertThat(notes(boxes.set(RunKeys.DIRECTORY, folder.resolve("other"))
                        .set(PromptKeys.THOUGHT_START, "<a>")
                        .set(PromptKeys.THOUGHT_END, "</a>")))
                .anySatisfy(note -> assertThat(note)
                        .containsPattern("[4-8] hold one without a closed thought")
                        .contains("prompt.thought=UNMARKED"));
    }

    private static List<String> notes(RunConfigurationBuilder configuration) {
        List<String> notes = new ArrayList<>();
        RunObserver observer = new RunObserver() {
            @Override
            public void noted(String note) {
                notes.add(note);
            }
        };
        try {
            new ConfiguredRun(configuration.set(TrainingKeys.STEPS, 1L).build(), observer).run();
        } catch (RewardException e) {
            assertThat(e).hasMessageContaining("held a prediction in a box");
        }
        return notes;
    }

    @Test
    void aFileOfNothingIsRefused() throws IOException {
        writeTraces(0);
        assertThatThrownBy(() -> TinyRuns.run(fromFile("empty")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("have no rows");
    }
}
