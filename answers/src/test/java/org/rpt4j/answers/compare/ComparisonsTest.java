package org.rpt4j.answers.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonsTest {

    private static final AnswerComparison CAPITALS = AnswerComparison.choice(List.of("Rome", "Paris", "New York", "B"));

    @Test
    void whiteSpaceDoesNotCountInExactAnswers() {
        AnswerComparison exact = AnswerComparison.exact();
        assertThat(exact.equivalent(" New\t\u00a0 York\n", "New York")).isTrue();
        assertThat(exact.equivalent("e\u0301", "\u00e9")).isTrue();
        assertThat(exact.equivalent("NewYork", "New York")).isFalse();
        assertThat(exact.equivalent("new york", "New York")).isFalse();
        assertThat(exact.compare(" \n", "x").reason()).isEqualTo("empty-answer");
        assertThat(AnswerComparison.exactIgnoringCase().equivalent("STRASSE", "strasse"))
                .isTrue();
        assertThat(AnswerComparison.exactIgnoringCase().equivalent("ΟΔΟΣ", "οδος"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B",
                "b",
                "(B)",
                "[B]",
                "B.",
                "B)",
                "B:",
                " B ",
                "$B$",
                "\\text{B}",
                "\\textbf{(B)}",
                "Paris",
                "paris.",
                "B. Paris",
                "(B) Paris",
                "B - Paris",
                "Answer: B",
                "Option (B)",
                "the \u0000B"
            })
    void aChoiceIsNamedByLetterOrText(String answer) {
        boolean named = !answer.contains("\u0000");
        assertThat(CAPITALS.equivalent(answer, "B")).as(answer).isEqualTo(named);
        assertThat(CAPITALS.equivalent(answer, "Paris")).as(answer).isEqualTo(named);
        assertThat(CAPITALS.equivalent(answer, "A")).as(answer).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "E, no-choice",
        "A. Paris, no-choice",
        "B. Rome, no-choice",
        "London, no-choice",
        "A and B, no-choice",
        "AB, no-choice",
        "A, wrong-choice",
        "D, wrong-choice",
        "Rome, wrong-choice",
        "'', empty-answer"
    })
    void anotherAnswerHasItsReason(String answer, String reason) {
        assertThat(CAPITALS.compare(answer, "B")).isEqualTo(Judgement.different(reason));
    }

    @Test
    void lettersAloneAreEnough() {
        AnswerComparison letters = AnswerComparison.choice(List.of());
        assertThat(letters.equivalent("(c)", "C")).isTrue();
        assertThat(letters.equivalent("(c)", "D")).isFalse();
    }

    @Test
    void longChoicesAreComparedSoon() {
        for (String text : List.of("answer" + " ".repeat(50_000) + "x", "(".repeat(50_000), "\\text{".repeat(20_000))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThat(CAPITALS.equivalent(text, "B")).isFalse());
        }
    }

    @Test
    void oneOfSeveralFormsIsEnough() {
        AnswerComparison math = AnswerComparison.math();
        assertThat(math.compareAny("0.5", List.of("2", "1/2"))).isEqualTo(Judgement.EQUAL);
        assertThat(math.compareAny("3", List.of("2", "1/2")).outcome()).isEqualTo(Judgement.Outcome.DIFFERENT);
        assertThat(math.compareAny("3", List.of("\\lceil x \\rceil", "2")).outcome())
                .isEqualTo(Judgement.Outcome.UNDECIDED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\\boxed{5}; 5",
                "a \\boxed{5} b \\boxed{6} c; 6",
                "\\boxed{\\frac{1}{2}}; \\frac{1}{2}",
                "\\boxed{5} and \\boxed{6; 5",
                "\\fbox{7}; 7",
                "\\boxed {8}; 8",
                "$\\boxed 9$; 9",
                "\\boxed{a\\boxed{b}}; b",
                "{ \\boxed{5}; 5",
                "} \\boxed{5}; 5"
            })
    void theLastClosedBoxIsFound(String text, String content) {
        assertThat(LastBox.of(text)).contains(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "\\boxed", "\\boxed{", "\\boxed{{5}", "\\boxedly{5", "boxed{5}"})
    void withoutAClosedBoxThereIsNone(String text) {
        assertThat(LastBox.of(text)).isEmpty();
    }

    @Test
    void manyOpenBoxesAreReadInOnePass() {
        String open = "\\boxed{".repeat(300_000);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(LastBox.of(open)).isEmpty();
            assertThat(LastBox.of(open + "}")).contains("");
            assertThat(LastBox.of("\\boxed ".repeat(300_000) + "5")).contains("5");
        });
    }
}
