package org.rpt4j.bench.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.bench.suite.Rows.mmluPro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.bench.suite.QuestionFile;
import org.rpt4j.bench.suite.Rows;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.Suites;
import org.rpt4j.core.eval.EvaluationSettings;

class AskingTest {

    private static final int CONTEXT = 2000;
    private static final Suite SUITE = Suites.open("mmlu-pro");
    private static final QuestionFile NONE = new QuestionFile(List.of(), List.of(), "none");
    private static final String CHAT = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]";

    @TempDir
    private Path folder;

    private static QuestionFile five() {
        return Rows.questions(
                SUITE,
                mmluPro(1, "A", "law"),
                mmluPro(2, "B", "law"),
                mmluPro(3, "C", "health"),
                mmluPro(4, "A", "health"),
                mmluPro(5, "B", "law"));
    }

    private static BenchSettings.Builder greedy() {
        return BenchSettings.builder(
                EvaluationSettings.greedy(100).toBuilder().tasksPerChunk(2).build());
    }

    private ScriptedModel saying(String text) {
        return ScriptedModel.of(folder, CONTEXT, (prompt, member) -> text);
    }

    private static List<QuestionRecord> run(
            ScriptedModel model, QuestionFile questions, QuestionFile examples, BenchSettings settings, Path file) {
        List<QuestionRecord> records = new ArrayList<>();
        new Asking(model.model(Optional.empty()), SUITE, questions, examples, settings)
                .run(Optional.ofNullable(file), records::add, progress -> {});
        return records;
    }

    @Test
    void eachQuestionIsAskedOnceInItsOrder() {
        ScriptedModel model = saying(" The answer is (A).");

        List<QuestionRecord> records = run(model, five(), NONE, greedy().build(), null);

        assertThat(records).extracting(QuestionRecord::id).containsExactly("1", "2", "3", "4", "5");
        assertThat(model.asked).hasSize(5);
        assertThat(model.asked.get(0))
                .contains("Which tree 1?")
                .contains("A. an oak\nB. an ash\nC. an elm")
                .contains("on law")
                .endsWith("Answer: Let's think step by step.");
        assertThat(records.get(0).samples())
                .containsExactly(new QuestionRecord.Sample(
                        " The answer is (A).",
                        FinishReason.STOP_TOKEN,
                        records.get(0).samples().get(0).tokens()));
    }

    @Test
    void examplesAreOfTheSameCategoryAndNeverTheQuestionItself() {
        ScriptedModel model = saying("x");
        QuestionFile examples = Rows.questions(
                SUITE,
                mmluPro(1, "A", "law"),
                mmluPro(8, "B", "law"),
                mmluPro(9, "C", "health"),
                mmluPro(7, "C", "law"));

        run(
                model,
                Rows.questions(SUITE, mmluPro(1, "A", "law")),
                examples,
                greedy().shots(2).build(),
                null);

        assertThat(model.asked.get(0))
                .containsSubsequence(
                        "Which tree 8?", "It is tree 8.", "Which tree 7?", "It is tree 7.", "Which tree 1?")
                .doesNotContain("It is tree 1.")
                .doesNotContain("tree 9");
    }

    @Test
    void tooFewExamplesOfACategoryAreRefusedByName() {
        QuestionFile examples = Rows.questions(SUITE, mmluPro(8, "B", "law"));

        assertThatThrownBy(() ->
                        run(saying("x"), five(), examples, greedy().shots(1).build(), null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Question 3 needs 1 examples of health");
        assertThatThrownBy(
                        () -> run(saying("x"), five(), NONE, greedy().shots(1).build(), null))
                .hasMessageContaining("no file of them");
    }

    @Test
    void aPromptThatIsTooLongLosesExamplesAndThenIsNotAsked() {
        QuestionFile examples = Rows.questions(SUITE, mmluPro(8, "B", "law"), mmluPro(9, "B", "law"));
        QuestionFile one = Rows.questions(SUITE, mmluPro(1, "A", "law"));
        ScriptedModel all = saying("x");
        run(all, one, examples, greedy().shots(2).build(), null);
        ScriptedModel model = ScriptedModel.of(folder, 330, (prompt, member) -> "x");
        ScriptedModel small = ScriptedModel.of(folder, 110, (prompt, member) -> "x");

        QuestionRecord shorter =
                run(model, one, examples, greedy().shots(2).build(), null).get(0);
        QuestionRecord none =
                run(small, one, examples, greedy().shots(2).build(), null).get(0);

        assertThat(shorter.shots()).isBetween(0, 1);
        assertThat(model.asked.get(0)).doesNotContain("tree 9").contains("Which tree 1?");
        assertThat(none.isAsked()).isFalse();
        assertThat(small.asked).isEmpty();
    }

    @Test
    void aBaseModelIsStoppedBeforeANextQuestion() {
        ScriptedModel model = saying(" It is (B).\nQuestion: what else? The answer is (C).");

        QuestionRecord.Sample sample = run(model, five(), NONE, greedy().build(), null)
                .get(0)
                .samples()
                .get(0);

        assertThat(sample.text()).isEqualTo(" It is (B).\n");
        assertThat(sample.finish()).isEqualTo(FinishReason.STOP_CONDITION);
    }

    @Test
    void aChatTemplateStandsAroundTheQuestionUnlessTheFormIsPlain() {
        ScriptedModel model = saying("x");
        BenchModel chat = model.model(Optional.of(CHAT));
        QuestionFile one = Rows.questions(SUITE, mmluPro(1, "A", "law"));

        new Asking(chat, SUITE, one, NONE, greedy().build()).run(Optional.empty(), record -> {}, progress -> {});
        new Asking(chat, SUITE, one, NONE, greedy().form(PromptForm.PLAIN).build())
                .run(Optional.empty(), record -> {}, progress -> {});

        assertThat(model.asked.get(0)).startsWith("[user]Below").endsWith("C. an elm[assistant]");
        assertThat(model.asked.get(1)).doesNotContain("[user]").endsWith("step by step.");
    }

    @Test
    void thinkingIsTurnedOnAndOffThroughTheTemplateOrRefused() {
        ScriptedModel model = saying("x");
        String switched = CHAT + "<think>{% if not enable_thinking %}</think>{% endif %}";
        String always = CHAT + "<think>";
        QuestionFile one = Rows.questions(SUITE, mmluPro(1, "A", "law"));
        List<QuestionRecord> records = new ArrayList<>();

        for (Thinking thinking : List.of(Thinking.ON, Thinking.OFF)) {
            new Asking(
                            model.model(Optional.of(switched)),
                            SUITE,
                            one,
                            NONE,
                            greedy().thinking(thinking).build())
                    .run(Optional.empty(), records::add, progress -> {});
        }

        assertThat(records).extracting(QuestionRecord::inThought).containsExactly(true, false);
        assertThat(model.asked.get(0)).endsWith("<think>");
        assertThat(model.asked.get(1)).endsWith("<think></think>");
        assertThatThrownBy(() -> new Asking(
                                model.model(Optional.of(always)),
                                SUITE,
                                one,
                                NONE,
                                greedy().thinking(Thinking.OFF).build())
                        .run(Optional.empty(), records::add, progress -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not read enable_thinking");
    }

    @Test
    void aTemplateThatOpensNoThoughtGetsOneOpenedForIt() {
        ScriptedModel model = saying("x");
        QuestionFile one = Rows.questions(SUITE, mmluPro(1, "A", "law"));
        List<QuestionRecord> records = new ArrayList<>();

        for (Optional<String> template : List.of(Optional.of(CHAT), Optional.<String>empty())) {
            new Asking(
                            model.model(template),
                            SUITE,
                            one,
                            NONE,
                            greedy().thinking(Thinking.ON).build())
                    .run(Optional.empty(), records::add, progress -> {});
        }

        assertThat(model.asked).allSatisfy(prompt -> assertThat(prompt).endsWith("<think>\n"));
        assertThat(records).extracting(QuestionRecord::inThought).containsExactly(true, true);
    }

    @Test
    void severalSamplesAreKeptInTheirOrder() {
        ScriptedModel model = ScriptedModel.of(
                folder, CONTEXT, (prompt, member) -> member == 1 ? "cut" + ScriptedModel.CUT : "whole");

        QuestionRecord record = run(
                        model,
                        five(),
                        NONE,
                        BenchSettings.builder(EvaluationSettings.sampled(3, 0.8, 50))
                                .build(),
                        null)
                .get(0);

        assertThat(record.samples()).extracting(QuestionRecord.Sample::text).containsExactly("whole", "cut", "whole");
        assertThat(record.samples().get(1).finish()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void someQuestionsAreDrawnByTheSeedAndStayInOrder() {
        List<QuestionRecord> records =
                run(saying("x"), five(), NONE, greedy().maxQuestions(3).build(), null);

        assertThat(records).hasSize(3);
        assertThat(records).extracting(QuestionRecord::id).isSorted().doesNotHaveDuplicates();
        assertThat(run(saying("x"), five(), NONE, greedy().maxQuestions(3).build(), null))
                .isEqualTo(records);
    }

    @Test
    void aSecondRunAsksNothingTwiceAndGivesTheSame() {
        Path file = folder.resolve("answers.jsonl");
        List<QuestionRecord> whole = run(saying("The answer is (B)."), five(), NONE, greedy().build(), null);
        List<QuestionRecord> first = new ArrayList<>();
        Asking asking =
                new Asking(saying("The answer is (B).").model(Optional.empty()), SUITE, five(), NONE, greedy().build());
        assertThatThrownBy(() -> asking.run(Optional.of(file), first::add, progress -> {
                    if (progress.done() == 2) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        ScriptedModel second = saying("The answer is (B).");

        List<QuestionRecord> resumed = run(second, five(), NONE, greedy().build(), file);
        ScriptedModel third = saying("never");
        List<QuestionRecord> again = run(third, five(), NONE, greedy().build(), file);

        assertThat(first).hasSize(2);
        assertThat(second.asked).hasSize(3);
        assertThat(resumed).isEqualTo(whole);
        assertThat(third.asked).isEmpty();
        assertThat(again).isEqualTo(whole);
    }

    /** A process that is killed leaves any number of bytes of its last write. */
    @Test
    void afterAKillAtAnyByteTheRestIsAskedAgain() throws IOException {
        Path file = folder.resolve("answers.jsonl");
        List<QuestionRecord> whole = run(saying("so: é B"), five(), NONE, greedy().build(), file);
        byte[] bytes = Files.readAllBytes(file);

        for (int length = 0; length < bytes.length; length += 7) {
            Path cut = folder.resolve("cut.jsonl");
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThat(run(saying("so: é B"), five(), NONE, greedy().build(), cut))
                    .isEqualTo(whole);
            assertThat(Files.readAllBytes(cut)).isEqualTo(bytes);
        }
    }

    @Test
    void answersOfAnotherModelSuiteOrSettingAreRefusedByName() {
        Path file = folder.resolve("answers.jsonl");
        run(saying("x"), five(), NONE, greedy().build(), file);
        BenchModel before = saying("x").model(Optional.empty());
        BenchModel other = new BenchModel(
                before.policy(),
                before.tokenizer(),
                before.template(),
                before.markers(),
                before.stopTokens(),
                "other",
                "other-2");

        assertThatThrownBy(() -> new Asking(other, SUITE, five(), NONE, greedy().build())
                        .run(Optional.of(file), record -> {}, progress -> {}))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("model was scripted-1 and is other-2");
        assertThatThrownBy(() -> new Asking(before, Suites.open("arc"), five(), NONE, greedy().build())
                        .run(Optional.of(file), record -> {}, progress -> {}))
                .hasMessageContaining("suite was mmlu-pro and is arc");
        assertThatThrownBy(() ->
                        run(saying("x"), Rows.questions(SUITE, mmluPro(1, "C", "law")), NONE, greedy().build(), file))
                .hasMessageContaining("questions-sha256 was");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json\n",
                "{}\n",
                "{\"format\":\"rpt4j-bench-answers-9\"}\n",
                "a story without a line feed",
                "{\"id\":\"1\"}\n"
            })
    void anyOtherFileIsRefusedAndKept(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("answers.jsonl"), content);

        assertThatThrownBy(() -> run(saying("x"), five(), NONE, greedy().build(), file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("answers.jsonl");
        assertThat(file).hasContent(content);
    }

    @Test
    void aLineThatWasDamagedOrDoubledIsRefused() throws IOException {
        Path file = folder.resolve("answers.jsonl");
        run(saying("x"), five(), NONE, greedy().build(), file);
        List<String> lines = Files.readAllLines(file);
        Path damaged = folder.resolve("damaged.jsonl");
        Path doubled = folder.resolve("doubled.jsonl");
        Path fewer = folder.resolve("fewer.jsonl");
        Files.writeString(damaged, lines.get(0) + "\n" + lines.get(1).substring(3) + "\n" + lines.get(2) + "\n");
        Files.writeString(doubled, lines.get(0) + "\n" + lines.get(1) + "\n" + lines.get(1) + "\n");
        Files.writeString(
                fewer,
                lines.get(0) + "\n" + lines.get(1).replaceAll("\"samples\":\\[.*?\\]", "\"samples\":[]") + "\n",
                StandardCharsets.UTF_8);

        assertThatThrownBy(() -> run(saying("x"), five(), NONE, greedy().build(), damaged))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> run(saying("x"), five(), NONE, greedy().build(), doubled))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("question 1 twice");
        assertThatThrownBy(() -> run(saying("x"), five(), NONE, greedy().build(), fewer))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("0 responses");
    }

    @Test
    void twoRunsDoNotWriteOneFile() {
        Path file = folder.resolve("answers.jsonl");
        Asking outer = new Asking(saying("x").model(Optional.empty()), SUITE, five(), NONE, greedy().build());

        outer.run(Optional.of(file), record -> {}, progress -> {
            if (progress.done() == 2) {
                assertThatThrownBy(() -> run(saying("x"), five(), NONE, greedy().build(), file))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("in use");
            }
        });
    }

    @Test
    void logProbabilitiesOfChoicesAreComparedAfterThePromptOfTheSuite() {
        Suite arc = Suites.open("arc");
        QuestionFile questions = Rows.questions(
                arc,
                Rows.row(
                        "id",
                        "q",
                        "question",
                        "Which?",
                        "choices",
                        Map.of("text", List.of("an oak", "an ash"), "label", List.of("A", "B")),
                        "answerKey",
                        "B"));
        ScriptedModel model = saying("never");
        model.logProbs = (prompt, continuation) -> continuation.contains("ash") ? -0.5 : -3.0;
        List<QuestionRecord> records = new ArrayList<>();

        new Asking(
                        model.model(Optional.of(CHAT)),
                        arc,
                        questions,
                        NONE,
                        greedy().mode(BenchMode.LOG_PROBABILITY).build())
                .run(Optional.empty(), records::add, progress -> {});

        assertThat(model.asked).containsExactly("Question: Which?\nAnswer:");
        assertThat(records.get(0).choices())
                .extracting(QuestionRecord.ChoiceScore::logProb)
                .containsExactly(-3.0, -0.5);
    }

    @Test
    void aSuiteWithoutChoicesHasNoLogProbabilityMode() {
        Suite gsm8k = Suites.open("gsm8k");
        QuestionFile questions = Rows.questions(gsm8k, Rows.row("question", "How many?", "answer", "#### 4"));

        assertThatThrownBy(() -> new Asking(
                        saying("x").model(Optional.empty()),
                        gsm8k,
                        questions,
                        NONE,
                        greedy().mode(BenchMode.LOG_PROBABILITY).build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("gsm8k has no log-probability mode");
    }

    @Test
    void aMarkerInAQuestionIsText() {
        ScriptedModel model = saying("x");
        Map<String, Object> row = mmluPro(1, "A", "law");
        row.put("question", "What is </think> {choices} for?");

        run(model, Rows.questions(SUITE, row), NONE, greedy().build(), null);

        assertThat(model.asked.get(0)).contains("What is </think> {choices} for?");
    }
}
