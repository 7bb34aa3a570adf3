package org.rpt4j.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rpt4j.bench.suite.Rows.mmluPro;
import static org.rpt4j.bench.suite.Rows.row;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.bench.ask.BenchMode;
import org.rpt4j.bench.ask.BenchModel;
import org.rpt4j.bench.ask.BenchSettings;
import org.rpt4j.bench.ask.ScriptedModel;
import org.rpt4j.bench.suite.QuestionFile;
import org.rpt4j.bench.suite.Rows;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.Suites;
import org.rpt4j.core.eval.EvaluationSettings;

/** The harness on answers of known score. */
class BenchmarkTest {

    private static final Suite SUITE = Suites.open("mmlu-pro");

    @TempDir
    private Path folder;

    private static QuestionFile eight() {
        return Rows.questions(
                SUITE,
                mmluPro(1, "A", "law"),
                mmluPro(2, "B", "law"),
                mmluPro(3, "C", "law"),
                mmluPro(4, "A", "law"),
                mmluPro(5, "B", "law"),
                mmluPro(6, "C", "law"),
                mmluPro(7, "B", "<script>"),
                mmluPro(8, "B", "<script>"));
    }

    /** Right for everyone, declared twice, several, truncated, none, wrong; and one that only a lenient reading finds. */
    private static String known(String prompt, int member) {
        for (int i = 1; i <= 8; i++) {
            if (prompt.contains("Which tree " + i + "?")) {
                return List.of(
                                "The answer is (A).",
                                "The answer is (B). As I said, the answer is B.",
                                "The answer is (C). Or perhaps the answer is (A).",
                                "The answer is (A), for these" + ScriptedModel.CUT,
                                "no idea",
                                "The answer is (A).",
                                "I would say B",
                                "The answer is (B).")
                        .get(i - 1);
            }
        }
        return "unknown";
    }

    private BenchResult run(BiFunction<String, Integer, String> says, BenchSettings settings) {
        return run(SUITE, eight(), says, settings, "scripted");
    }

    private BenchResult run(
            Suite suite,
            QuestionFile questions,
            BiFunction<String, Integer, String> says,
            BenchSettings settings,
            String name) {
        try (ScriptedModel scripted = ScriptedModel.of(folder, 3000, says)) {
            BenchModel model = scripted.model(Optional.empty());
            return new Benchmark(suite, questions, settings)
                    .run(new BenchModel(
                            model.policy(),
                            model.tokenizer(),
                            model.template(),
                            model.markers(),
                            model.stopTokens(),
                            name,
                            name));
        }
    }

    private static BenchSettings greedy() {
        return BenchSettings.builder(EvaluationSettings.greedy(100)).build();
    }

    private static double accuracy(BenchResult result, String reading) {
        return result.summary(reading).accuracy().rate();
    }

    @Test
    void knownAnswersHaveTheirKnownScores() {
        BenchResult result = run(BenchmarkTest::known, greedy());

        // Questions 1, 2, 3, 4, 7 and 8, and 5 by the letter that is always drawn for three choices: B.
        assertThat(accuracy(result, "mmlu-pro")).isEqualTo(7 / 8.0);
        assertThat(accuracy(result, "mmlu-pro-undrawn")).isEqualTo(6 / 8.0);
        // 1, 2, 3, 4 and 8: the first sentence counts, also of what was cut off.
        assertThat(accuracy(result, "lm-eval")).isEqualTo(5 / 8.0);
        // 1, 2 and 8: 3 declares two answers, 4 was cut off, 7 declares none.
        assertThat(accuracy(result, "strict")).isEqualTo(3 / 8.0);
        assertThat(result.summary("strict").answered()).isEqualTo(4 / 8.0);
        assertThat(result.summary("mmlu-pro").answered()).isEqualTo(7 / 8.0);
        assertThat(result.truncatedShare()).isEqualTo(1 / 8.0);
    }

    @Test
    void aMacroAverageGivesEachCategoryTheSameWeight() {
        BenchResult result = run(BenchmarkTest::known, greedy());

        assertThat(result.categories("category", "strict")).containsOnlyKeys("law", "<script>");
        assertThat(result.macroAverage("category", "strict")).isEqualTo((2 / 6.0 + 1 / 2.0) / 2, within(1e-12));
    }

    @Test
    void severalSamplesGiveAMeanAndPassAtK() {
        BenchSettings sampled =
                BenchSettings.builder(EvaluationSettings.sampled(4, 0.8, 100)).build();

        BenchResult result = run((prompt, member) -> "The answer is (" + "ABBC".charAt(member) + ").", sampled);

        // Two answers are A, four B, two C: shares 1/4, 1/2, 1/4.
        assertThat(accuracy(result, "strict")).isEqualTo((2 * 0.25 + 4 * 0.5 + 2 * 0.25) / 8, within(1e-12));
        assertThat(result.summary("strict").passAtK().get(1).rate())
                .isEqualTo(accuracy(result, "strict"), within(1e-12));
        assertThat(result.summary("strict").passAtK().get(4).rate()).isEqualTo(1.0, within(1e-12));
    }

    @Test
    void mathIsComparedByValue() {
        Suite math = Suites.open("math");
        QuestionFile questions = Rows.questions(
                math,
                row("problem", "Half?", "solution", "\\boxed{\\frac{1}{2}}", "level", "Level 1", "type", "Algebra"),
                row("problem", "Two?", "solution", "\\boxed{2}", "level", "Level 1", "type", "Algebra"));

        BenchResult result = run(math, questions, (prompt, member) -> "so $\\boxed{0.5}$.", greedy(), "scripted");

        assertThat(accuracy(result, "strict")).isEqualTo(0.5);
        assertThat(accuracy(result, "hendrycks-math")).isEqualTo(0.5);
    }

    @Test
    void aNumberWithSeparatorsEqualsOneWithout() {
        Suite gsm8k = Suites.open("gsm8k");
        QuestionFile questions = Rows.questions(gsm8k, row("question", "How many?", "answer", "so\n#### 1,234"));

        BenchResult result = run(gsm8k, questions, (prompt, member) -> "It is $1,234.", greedy(), "scripted");

        assertThat(accuracy(result, "gsm8k-flexible-extract")).isEqualTo(1);
        assertThat(accuracy(result, "gsm8k-strict-match")).isZero();
    }

    @Test
    void aTextMayHaveItsFullStop(@TempDir Path suites) throws IOException {
        Path file = Files.writeString(suites.resolve("lands.yaml"), """
                name: lands
                answers: exact
                fields: {question: q, answer: a}
                prompt: {question: "{question}"}
                """);
        Suite lands = Suites.open(file.toString());
        QuestionFile questions = Rows.questions(
                lands, row("q", "Which land?", "a", "U.S."), row("q", "Which other?", "a", "New Zealand"));

        BenchResult result = run(
                lands,
                questions,
                (prompt, member) -> prompt.contains("other") ? "The answer is **New Zealand**." : "U.S.",
                greedy(),
                "scripted");

        assertThat(accuracy(result, "strict")).isEqualTo(1);
    }

    @Test
    void aLongChoiceIsComparedPerCharacterToo() {
        Suite arc = Suites.open("arc");
        Map<String, Object> row = row(
                "id",
                "q",
                "question",
                "Which?",
                "choices",
                Map.of("text", List.of("an oak", "an ash with many leaves"), "label", List.of("A", "B")),
                "answerKey",
                "B");
        BenchSettings settings = BenchSettings.builder(EvaluationSettings.greedy(1))
                .mode(BenchMode.LOG_PROBABILITY)
                .build();
        try (ScriptedModel model = ScriptedModel.of(folder, 1000, (prompt, member) -> "never")) {
            model.logProbs = (prompt, continuation) -> continuation.contains("ash") ? -4.0 : -3.0;

            BenchResult result =
                    new Benchmark(arc, Rows.questions(arc, row), settings).run(model.model(Optional.empty()));

            assertThat(accuracy(result, "log-probability")).isZero();
            assertThat(accuracy(result, "log-probability-per-character")).isEqualTo(1);
            assertThat(accuracy(result, "log-probability-per-token")).isEqualTo(1);
            assertThat(result.toText()).contains("log-probability-per-token").doesNotContain("Truncated");
        }
    }

    @Test
    void aQuestionThatDoesNotFitCountsAsWrongAndIsTold() {
        try (ScriptedModel model = ScriptedModel.of(folder, 110, (prompt, member) -> "The answer is (A).")) {
            BenchResult result = new Benchmark(SUITE, eight(), greedy()).run(model.model(Optional.empty()));

            assertThat(result.notAsked()).isEqualTo(8);
            assertThat(accuracy(result, "mmlu-pro")).isZero();
            assertThat(result.toText()).contains("8 questions did not fit");
        }
    }

    @Test
    void aResultIsReadBackFromItsJson() {
        BenchResult result = run(BenchmarkTest::known, greedy());

        BenchResult read = BenchResult.ofJson(result.toJson().getBytes(StandardCharsets.UTF_8), "r.json");

        assertThat(read).isEqualTo(result);
        assertThat(read.toJson()).isEqualTo(result.toJson());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"format\" : \"rpt4j-bench-result-1\"->\"format\" : \"x\"",
                "\"samples\" : 1->\"samples\" : 2000000000",
                "\"samples\" : 1->\"samples\" : 0",
                "\"right\" : 1->\"right\" : 9",
                "\"passAt\" : [ ]->\"passAt\" : [ 2 ]",
                "\"outcomes\" : [->\"outcome\" : ["
            })
    void aDamagedResultIsRefused(String change) {
        String json = run(BenchmarkTest::known, greedy()).toJson();
        String[] parts = change.split("->");
        String damaged = json.replace(parts[0], parts[1]);

        assertThat(damaged).isNotEqualTo(json);
        assertThatThrownBy(() -> BenchResult.ofJson(damaged.getBytes(StandardCharsets.UTF_8), "r.json"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("r.json");
    }

    @Test
    void hostileTextStaysTextOnThePage() {
        BenchResult result = run(SUITE, eight(), BenchmarkTest::known, greedy(), "<img src=x>\u202e");

        assertThat(result.toHtml())
                .contains("&lt;script&gt;", "&lt;img src=x&gt;\\u202e", "Content-Security-Policy")
                .doesNotContain("<script", "<img");
    }

    @Test
    void twoResultsAreComparedQuestionByQuestion() {
        BenchResult first = run(SUITE, eight(), BenchmarkTest::known, greedy(), "first");
        BenchResult second = run(SUITE, eight(), (prompt, member) -> "The answer is (B).", greedy(), "second");

        BenchComparison comparison = BenchComparison.of(first, second);
        BenchComparison.Difference strict = comparison.readings().stream()
                .filter(one -> one.reading().name().equals("strict"))
                .findFirst()
                .orElseThrow();

        // The first has 1, 2 and 8; the second 2, 5, 7 and 8.
        assertThat(strict.gained()).containsExactly("5", "7");
        assertThat(strict.lost()).containsExactly("1");
        assertThat(strict.all().difference()).isEqualTo(1 / 8.0, within(1e-12));
        assertThat(strict.all().low()).isLessThan(1 / 8.0);
        assertThat(strict.categories().get("category").get("law").difference()).isEqualTo(0.0, within(1e-12));
        assertThat(comparison.changes())
                .extracting(BenchComparison.Change::name)
                .containsExactly("model");
        assertThat(comparison.toText()).contains("first against second", "+12.5", "model: first -> second");
        assertThat(comparison.toJson()).contains("\"gained\" : [ \"5\", \"7\" ]");
        assertThat(comparison.toHtml()).contains("Gained: 5, 7.").doesNotContain("<script");
    }

    @Test
    void resultsOfOtherQuestionsAreNotCompared() {
        BenchResult first = run(BenchmarkTest::known, greedy());
        BenchResult other =
                run(SUITE, Rows.questions(SUITE, mmluPro(1, "A", "law")), BenchmarkTest::known, greedy(), "scripted");
        BenchResult fewer = run(
                SUITE,
                eight(),
                BenchmarkTest::known,
                BenchSettings.builder(EvaluationSettings.greedy(100))
                        .maxQuestions(3)
                        .build(),
                "scripted");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchComparison.of(first, other))
                .withMessageContaining("questions-sha256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchComparison.of(first, fewer))
                .withMessageContaining("8 and 3 questions, of which 3 are the same");
    }
}
