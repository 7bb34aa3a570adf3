package org.rpt4j.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.bench.suite.Rows.list;
import static org.rpt4j.bench.suite.Rows.mmluPro;
import static org.rpt4j.bench.suite.Rows.questions;
import static org.rpt4j.bench.suite.Rows.row;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.CorpusException;

class QuestionFileTest {

    private static final List<String> TREES = List.of("an oak", "an ash", "an elm", "a fir");

    private static SuiteQuestion only(String suite, Map<String, Object> row) {
        return questions(Suites.open(suite), row).questions().get(0);
    }

    @Test
    void mmluProHasLettersAndCategories() {
        SuiteQuestion question = only("mmlu-pro", mmluPro(70, "C", "law"));

        assertThat(question.id()).isEqualTo("70");
        assertThat(question.answer()).isEqualTo("C");
        assertThat(question.worked()).startsWith("Let's think").doesNotContain("A: ");
        assertThat(question.categories()).containsEntry("category", List.of("law"));
    }

    @Test
    void mmluProHasPlaceholdersThatAreNoChoices() {
        Map<String, Object> row = mmluPro(1, "B", "law");
        row.put("options", List.of("an oak", "an ash", "N/A", "N/A"));

        assertThat(only("mmlu-pro", row).choices()).containsExactly("an oak", "an ash");
    }

    @Test
    void superGpqaHasThreeLevels() {
        SuiteQuestion question = only(
                "supergpqa",
                row(
                        "uuid",
                        "u1",
                        "question",
                        "Which?",
                        "options",
                        TREES,
                        "answer",
                        "a fir",
                        "answer_letter",
                        "D",
                        "discipline",
                        "Science",
                        "field",
                        "Biology",
                        "subfield",
                        "Botany",
                        "difficulty",
                        "middle",
                        "is_calculation",
                        false));

        assertThat(question.answer()).isEqualTo("D");
        assertThat(question.categories())
                .containsEntry("discipline", List.of("Science"))
                .containsEntry("discipline/field/subfield", List.of("Science/Biology/Botany"))
                .containsEntry("difficulty", List.of("middle"));
    }

    @Test
    void theAnswerOfGsm8kStandsBehindItsMarker() {
        SuiteQuestion question =
                only("gsm8k", row("question", "How many?", "answer", "2 + 2 = <<2+2=4>>4 pairs\n#### 1,004"));

        assertThat(question.answer()).isEqualTo("1,004");
        assertThat(question.id()).isEqualTo("test.jsonl#1");
        assertThat(question.categories()).isEmpty();
    }

    @Test
    void theAnswerOfMathIsABoxOrAFieldOfItsOwn() {
        SuiteQuestion whole = only(
                "math",
                row("problem", "Half?", "level", "Level 2", "type", "Algebra", "solution", "so \\boxed{\\frac12}."));
        SuiteQuestion of500 = only(
                "math",
                row(
                        "problem",
                        "Half?",
                        "solution",
                        "so \\boxed{0.5}",
                        "answer",
                        "\\frac12",
                        "subject",
                        "Algebra",
                        "level",
                        2,
                        "unique_id",
                        "test/algebra/1.json"));

        assertThat(whole.answer()).isEqualTo(of500.answer()).isEqualTo("\\frac12");
        assertThat(whole.categories()).containsEntry("subject|type", List.of("Algebra"));
        assertThat(of500.categories()).containsEntry("level", List.of("2"));
    }

    @Test
    void omniMathHasSeveralDomainsAndADifficulty() {
        SuiteQuestion question = only(
                "omni-math",
                row(
                        "domain",
                        List.of("Mathematics -> Algebra", "Mathematics -> Geometry"),
                        "difficulty",
                        new BigDecimal("8.0"),
                        "problem",
                        "Find n.",
                        "solution",
                        "It is 3.",
                        "answer",
                        "3",
                        "source",
                        "made up"));

        assertThat(question.categories())
                .containsEntry("domain", List.of("Mathematics -> Algebra", "Mathematics -> Geometry"))
                .containsEntry("difficulty", List.of("8"));
    }

    @Test
    void arcIsReadInBothItsForms() {
        SuiteQuestion parquet = only(
                "arc",
                row(
                        "id",
                        "Q1",
                        "question",
                        "Which?",
                        "choices",
                        row("text", TREES, "label", List.of("1", "2", "3", "4")),
                        "answerKey",
                        "3"));
        SuiteQuestion lines = only(
                "arc",
                row(
                        "id",
                        "Q1",
                        "question",
                        row(
                                "stem",
                                "Which?",
                                "choices",
                                List.of(row("text", "an oak", "label", "A"), row("text", "an ash", "label", "B"))),
                        "answerKey",
                        "B"));

        assertThat(parquet.answer()).isEqualTo("C");
        assertThat(parquet.choices()).isEqualTo(TREES);
        assertThat(lines.answer()).isEqualTo("B");
        assertThat(lines.text()).isEqualTo("Which?");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("question", null, "\"question\", its question, is missing"),
                Arguments.of("question", " ", "is empty"),
                Arguments.of("question", List.of("a"), "is a list of 1, not a text"),
                Arguments.of("question_id", null, "its id, is missing"),
                Arguments.of("options", null, "its choices, is missing"),
                Arguments.of("options", "an oak", "is an oak, not a list"),
                Arguments.of("options", List.of("an oak"), "1 choices; from 2 to 26"),
                Arguments.of("options", java.util.Collections.nCopies(27, "x"), "27 choices"),
                Arguments.of("options", Arrays.asList("an oak", null), "its choice B is empty or not a text"),
                Arguments.of("options", List.of("an oak", row("text", "x")), "choice B is empty or not a text"),
                Arguments.of("answer", "D", "\"D\" names none of its 3 choices, which are A to C"),
                Arguments.of("answer", "an oak", "names none"),
                Arguments.of("answer", "a", "names none"),
                Arguments.of("answer", 1, "names none"),
                Arguments.of("answer", null, "its answer, is missing"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedRowIsRefusedWithItsPlace(String field, Object value, String message) {
        Map<String, Object> wrong = mmluPro(2, "A", "law");
        wrong.put(field, value);

        assertThatThrownBy(() -> questions(Suites.open("mmlu-pro"), mmluPro(1, "A", "law"), wrong))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("1 of 2 rows")
                .hasMessageContaining("test.jsonl, line 2: ")
                .hasMessageContaining(message)
                .hasMessageContaining("--tolerated-rows 1");
    }

    /** A group that a pattern repeats costs the matcher a frame of the stack each time. */
    @Test
    void anAnswerThatIsTooLongForThePatternIsABadRow(@TempDir Path folder) throws IOException {
        String suite;
        try (InputStream in = Suites.class.getResourceAsStream("gsm8k.yaml")) {
            suite = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String repeating = suite.replace("(\\\\S[^\\\\n]*)", "((?:x|y)+)").replace("name: gsm8k", "name: own");
        assertThat(repeating).contains("(?:x|y)+");
        Path file = Files.writeString(folder.resolve("own.yaml"), repeating);
        String answer = "#### " + "xy".repeat(50_000);
        assertThatThrownBy(() -> only(file.toString(), row("question", "How many?", "answer", answer)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is too long for the pattern");
    }

    @Test
    void malformedAnswersOfOtherKindsAreRefused() {
        assertThatThrownBy(() -> only("gsm8k", row("question", "How many?", "answer", "it is 4")))
                .hasMessageContaining("does not match");
        assertThatThrownBy(() -> only("math", row("problem", "Half?", "solution", "it is \\boxed{")))
                .hasMessageContaining("has no \\boxed{answer}");
        assertThatThrownBy(() -> only(
                        "arc",
                        row(
                                "id",
                                "1",
                                "question",
                                "Which?",
                                "choices",
                                row("text", TREES, "label", List.of("A", "B")),
                                "answerKey",
                                "A")))
                .hasMessageContaining("the labels of its choices, is a list of 2; there are 4 choices");
    }

    @Test
    void aRowThatIsToleratedIsCountedAndLeftOut() {
        Map<String, Object> wrong = mmluPro(2, "Z", "law");

        QuestionFile file = QuestionFile.read(
                Suites.open("mmlu-pro"), list(mmluPro(1, "A", "law"), wrong, mmluPro(3, "B", "law")), 1, false);

        assertThat(file.questions()).extracting(SuiteQuestion::id).containsExactly("1", "3");
        assertThat(file.refused()).singleElement().asString().contains("line 2");
    }

    @Test
    void anIdIsNotGivenTwice() {
        assertThatThrownBy(() -> questions(Suites.open("mmlu-pro"), mmluPro(1, "A", "law"), mmluPro(1, "B", "law")))
                .hasMessageContaining("its id \"1\" is that of test.jsonl, line 1");
    }

    @Test
    void theSuiteOfAFileOfAnotherIsNamed() {
        assertThatThrownBy(() -> only("mmlu-pro", row("question", "How many?", "answer", "#### 4")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("The first row has the fields question, answer.")
                .hasMessageContaining("--suite gsm8k");
        assertThatThrownBy(() -> only("gsm8k", row("text", "no benchmark")))
                .hasMessageContaining("a suite file of your own");
    }

    @Test
    void aTableHasAColumnForEachChoice(@TempDir Path folder) throws IOException {
        Path table = Files.writeString(
                folder.resolve("trees.csv"),
                "asked,a,b,c,right\n\"Which, then?\",an oak,an ash,an elm,b\nAnd now?,an oak,an ash,,a\n");
        Suite suite = SuiteFile.read("my.yaml", """
                name: trees
                answers: choice
                fields:
                  question: asked
                  choices: [a, b, c]
                  answer: right
                  answer-form: text
                prompt:
                  question: "{question} {choices}"
                """);
        Suite lettered = SuiteFile.read("my.yaml", """
                name: trees
                answers: choice
                fields:
                  question: asked
                  choices: [a, b, c]
                  answer: b
                  answer-form: text
                prompt:
                  question: "{question} {choices}"
                """);

        List<SuiteQuestion> questions =
                QuestionFile.read(lettered, List.of(table.toString()), 0).questions();

        assertThat(questions)
                .extracting(SuiteQuestion::choices)
                .containsExactly(List.of("an oak", "an ash", "an elm"), List.of("an oak", "an ash"));
        assertThat(questions).extracting(SuiteQuestion::text).containsExactly("Which, then?", "And now?");
        assertThat(questions).extracting(SuiteQuestion::answer).containsExactly("B", "B");
        assertThatThrownBy(() -> QuestionFile.read(suite, List.of(table.toString()), 0))
                .hasMessageContaining("its answer \"b\" names none of its 3 choices");
    }

    @Test
    void aGapAmongTheColumnsOfChoicesIsRefused() {
        Suite suite = SuiteFile.read("my.yaml", """
                name: trees
                answers: choice
                fields:
                  question: asked
                  choices: [a, b, c]
                  answer: right
                prompt:
                  question: "{question} {choices}"
                """);

        assertThatThrownBy(
                        () -> questions(suite, row("asked", "Which?", "a", "oak", "b", "", "c", "elm", "right", "A")))
                .hasMessageContaining("its choice B is empty");
    }

    @Test
    void aCategoryThatIsMissingHasAName() {
        Map<String, Object> row = mmluPro(1, "A", "law");
        row.put("category", "");

        assertThat(only("mmlu-pro", row).categories()).containsEntry("category", List.of("(none)"));
    }

    @Test
    void examplesNeedTheirSolutions() {
        Suite suite = Suites.open("mmlu-pro");
        Map<String, Object> bare = mmluPro(1, "A", "law");
        bare.remove("cot_content");

        assertThatThrownBy(() -> QuestionFile.read(suite, list(bare), 0, true))
                .hasMessageContaining("\"cot_content\", its worked solution, is missing");
    }

    @Test
    void questionsWithOtherAnswersHaveAnotherFingerprint() {
        Suite suite = Suites.open("mmlu-pro");

        String first = questions(suite, mmluPro(1, "A", "law")).fingerprint();

        assertThat(questions(suite, mmluPro(1, "A", "law")).fingerprint()).isEqualTo(first);
        assertThat(questions(suite, mmluPro(1, "B", "law")).fingerprint()).isNotEqualTo(first);
    }

    @Test
    void aFileIsReadAndAMissingOneSaysWhereItIsPublished(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("test.jsonl");
        Files.writeString(file, "{\"question\": \"How many?\", \"answer\": \"#### 4\"}\n");

        assertThat(QuestionFile.read(Suites.open("gsm8k"), List.of(file.toString()), 0)
                        .questions())
                .hasSize(1);
        assertThatThrownBy(() -> QuestionFile.read(
                        Suites.open("gsm8k"),
                        List.of(folder.resolve("none.jsonl").toString()),
                        0))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("downloads nothing")
                .hasMessageContaining("openai/gsm8k");
    }

    /** As MATH was first published: a folder for each subject, a file for each problem. */
    @Test
    void aFolderOfAFilePerProblemIsRead(@TempDir Path folder) throws IOException {
        for (String subject : List.of("algebra", "geometry")) {
            Path problems = Files.createDirectories(folder.resolve("test").resolve(subject));
            Files.writeString(problems.resolve("1.json"), """
                    {
                        "problem": "What is $1 + 1$ in %1$s?",
                        "level": "Level 1",
                        "type": "%1$s",
                        "solution": "It is $\\\\boxed{2}$."
                    }
                    """.formatted(subject));
        }
        QuestionFile questions = QuestionFile.read(
                Suites.open("math"), List.of(folder.resolve("test").toString()), 0);

        assertThat(questions.questions())
                .extracting(SuiteQuestion::id)
                .containsExactly("algebra/1.json#1", "geometry/1.json#1");
        assertThat(questions.questions()).extracting(SuiteQuestion::answer).containsOnly("2");
    }

    @Test
    void anEmptyFileHasNothingToAsk(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("test.jsonl"), "");

        assertThatThrownBy(() -> QuestionFile.read(Suites.open("gsm8k"), List.of(file.toString()), 0))
                .isInstanceOf(CorpusException.class);
    }
}
