package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.answers.QuestionOptions.AnswerPart;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.Trace;
import org.rpt4j.run.report.RunComparison;
import org.rpt4j.run.report.RunReport;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

/** The second stage: the configuration of a run, with questions instead of a corpus. */
class AnswerRunTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;
    private Path questions;

    @BeforeEach
    void writeModelAndQuestions() throws IOException {
        runs = TinyRuns.in(folder);
        questions = writeQuestions(12);
    }

    private Path writeQuestions(int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(
                    "{\"question\": \"What is " + i + " and 1?\", \"answer\": \"So it is #### " + (i + 1) + "\"}\n");
        }
        return Files.writeString(folder.resolve("questions.jsonl"), lines);
    }

    private RunConfigurationBuilder answers(String name) {
        return runs.configuration(name)
                .set(TaskKeys.KIND, TaskKeys.ANSWERS)
                .set(AnswerKeys.PATHS, List.of(questions.toString()))
                .set(AnswerKeys.ANSWER_PART, AnswerPart.PATTERN)
                .set(AnswerKeys.ANSWER_PATTERN, "#### (.+)");
    }

    @Test
    void questionsTakeThePlaceOfHardTokens() {
        RunResult result = TinyRuns.run(answers("run"));

        RecordedRun recorded = RecordedRun.open(folder.resolve("run"));
        assertThat(result.training().updates()).isPositive();
        assertThat(result.evaluations().get(0).all().tasks()).isEqualTo(2);
        assertThat(recorded.provenance().artifacts()).anySatisfy(artifact -> {
            assertThat(artifact.role()).isEqualTo("corpus");
            assertThat(artifact.name()).isEqualTo("questions.jsonl");
        });
        assertThat(recorded.responses()).allSatisfy(trace -> {
            assertThat(trace.prompt()).contains("Next? " + trace.context());
            assertThat(trace.context()).startsWith("What is ");
            assertThat(trace.continuation()).matches("\\d+");
        });
    }

    /** A question has no next token, so 0 % of them would be predicted without a thought. */
    @Test
    void standardAccuracyIsLeftOutEverywhere() throws IOException {
        RunResult result = TinyRuns.run(answers("run"));
        TinyRuns.run(answers("other").set(OptimizerKeys.LEARNING_RATE, 2e-3));

        assertThat(result.evaluations()).hasSize(4).noneMatch(EvaluationReport::hasStandard);
        RecordedRun run = RecordedRun.open(folder.resolve("run"));
        assertThat(Files.readString(folder.resolve("run").resolve("evaluations.jsonl")))
                .contains("\"reasoning\"")
                .doesNotContain("\"standard\"", "standardHit");
        RunComparison comparison = RunComparison.of(run, RecordedRun.open(folder.resolve("other")));
        assertThat(List.of(RunReport.html(run), comparison.toHtml()))
                .allSatisfy(html -> assertThat(html)
                        .contains("Accuracy on held-out tasks", "reasoning: a thought, then the answer")
                        .doesNotContain("standard:", ", standard", "standard, %", "<td>easy", "NaN"));
        assertThat(comparison.toText())
                .contains("all reasoning", "on the same tasks")
                .doesNotContain("standard");
    }

    @Test
    void aSecondStageResumesBitForBit() {
        TinyRuns.run(answers("whole"));
        new ConfiguredRun(answers("parts").build(), new Cancelling(3)).run();
        TinyRuns.run(answers("parts").set(RunKeys.RESUME, true));
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void otherQuestionsDoNotResumeARun() throws IOException {
        new ConfiguredRun(answers("parts").build(), new Cancelling(3)).run();
        writeQuestions(13);
        assertThatThrownBy(() -> TinyRuns.run(answers("parts").set(RunKeys.RESUME, true)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("corpus was ");
    }

    @Test
    void instructionAndRewardFollowTheKindOfTheTasks() {
        RunConfiguration configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, runs.model())
                .set(TaskKeys.KIND, TaskKeys.ANSWERS)
                .set(AnswerKeys.PATHS, List.of("q.jsonl"))
                .set(RewardKeys.NAME, "coin")
                .build();
        assertThat(configuration.get(PromptKeys.INSTRUCTION)).isEqualTo("answer");
        assertThat(RewardKeys.NAME.byDefault()).asString().contains("exact-answer");
    }

    @Test
    void questionsThatCannotBeReadAreRefusedBeforeAnythingIsOpened() {
        assertThatThrownBy(() -> TinyRuns.run(answers("none").set(AnswerKeys.PATHS, List.of("no/such.jsonl"))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("no/such.jsonl");
        assertThatThrownBy(() -> TinyRuns.run(answers("field").set(AnswerKeys.QUESTION_FIELD, "problem")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("problem");
        assertThatThrownBy(() -> TinyRuns.run(answers("all").set(CorpusKeys.HELD_OUT_SHARE, 0.0001)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("held-out share");
    }

    @Test
    void theOptionsOfARewardReachItAndBelongToTheRun() {
        new ConfiguredRun(answers("even").build(), new Cancelling(1)).run();
        new ConfiguredRun(odd("odd").build(), new Cancelling(1)).run();

        List<Double> even = rewards("even");
        assertThat(even).isNotEmpty();
        assertThat(rewards("odd")).isEqualTo(even.stream().map(one -> 1 - one).toList());
        assertThatThrownBy(() -> TinyRuns.run(answers("odd").set(RunKeys.RESUME, true)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("reward.options was side=odd, is ");
        TinyRuns.run(odd("odd").set(RunKeys.RESUME, true));
    }

    private RunConfigurationBuilder odd(String name) {
        return answers(name).set(RewardKeys.OPTIONS, List.of("side=odd"));
    }

    private List<Double> rewards(String name) {
        return RecordedRun.open(folder.resolve(name)).rollouts().stream()
                .filter(trace -> trace.step() == 0)
                .map(Trace::reward)
                .toList();
    }

    private RunConfigurationBuilder mathematics(String name, String... answers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < answers.length; i++) {
            lines.append("{\"id\": \"q" + i + "\", \"question\": \"Which is it, " + i + "?\", \"answer\": \""
                    + answers[i].replace("\\", "\\\\") + "\"}\n");
        }
        Path file = Files.writeString(folder.resolve(name + ".jsonl"), lines);
        return runs.configuration(name)
                .set(TaskKeys.KIND, TaskKeys.ANSWERS)
                .set(AnswerKeys.PATHS, List.of(file.toString()))
                .set(AnswerKeys.ID_FIELD, "id")
                .set(CorpusKeys.HELD_OUT_SHARE, 0.0)
                .set(EvaluationKeys.EVERY_STEPS, 0L)
                .set(RewardKeys.NAME, "math-answer");
    }

    @Test
    void answersThatTheRewardCannotReadAreCountedBeforeTheRun() throws IOException {
        RunConfigurationBuilder some =
                mathematics("some", "1", "\\int_0^1 x dx", "\\frac{1}{2}", "the red one", "5", "x^2");

        assertThat(ConfiguredRun.checkAnswers(some.build()))
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("2 of 6 known answers cannot be read by the reward math-answer (first: ")
                        .contains("q1, \"\\int_0^1 x dx\": unknown-notation)")
                        .contains("Attempts at them are judged only if they have the same characters"));
        assertThat(ConfiguredRun.checkAnswers(
                        some.set(RewardKeys.NAME, "exact-answer").build()))
                .isEmpty();
    }

    @Test
    void moreThanHalfUnreadableAnswersEndARunBeforeAModelIsOpened() throws IOException {
        RunConfigurationBuilder most = mathematics("most", "the red one", "the blue one", "the green one", "4");

        assertThatThrownBy(() -> TinyRuns.run(most))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("3 of 4 known answers cannot be read by the reward math-answer")
                .hasMessageContaining("use another reward (reward.name), or raise answers.max-unreadable-share (0.5)");
        assertThat(ConfiguredRun.checkAnswers(
                        most.set(AnswerKeys.MAX_UNREADABLE, 0.75).build()))
                .hasSize(1);
    }
}
