package org.rpt4j.bench.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.core.tokenize.ThoughtMarkers;

/**
 * The expected answers were found with the published patterns in CPython's re: MMLU-Pro's compute_accuracy.py and
 * evaluate_from_local.py, SuperGPQA's eval.py, and the filters of lm-evaluation-harness.
 */
class PublishedTest {

    private static final List<String> TEN =
            List.of("oak", "ash", "elm", "fir", "yew", "box", "bay", "fig", "nut", "gum");

    static List<String> names() {
        return Published.names();
    }

    private static Extracted extract(String rule, String text, List<String> choices) {
        return Published.named(rule)
                .orElseThrow()
                .extract(new Response(text, false, false, ThoughtMarkers.THINK, choices));
    }

    private static String answer(String rule, String text) {
        return extract(rule, text.replace("\\n", "\n"), TEN).answer();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "So the answer is (C).            | C",
                "the answer is C because          | C",
                "the answer is (B), no, the answer is (D) | B",
                "Answer: F                        | F",
                "Answer: F. Or answer: G          | G",
                "Answer: F\\nanswer: G            | F",
                "Answer:\\n  E                    | E",
                "I would pick H                   | H",
                "It is a Good Fit                 | F",
                "The Answer Is (B)                | B",
                "the answer is: C                 | C",
                "answer: K, from A to J           | J",
                "answer is (b)                    | G"
            })
    void mmluProReadsInThreeSteps(String response, String letter) {
        assertThat(answer("mmlu-pro", response)).isEqualTo(letter);
    }

    /** From {@code random.seed(12345); random.randint(0, n - 1)} in CPython 3. */
    @ParameterizedTest
    @CsvSource({"2, B", "3, B", "4, D", "7, D", "8, G", "10, G", "15, G", "16, N"})
    void aResponseWithoutAnAnswerGetsTheLetterThatMmluProAlwaysDraws(int choices, String letter) {
        List<String> some = java.util.stream.IntStream.range(0, choices)
                .mapToObj(Integer::toString)
                .toList();
        Extracted drawn = extract("mmlu-pro", "no idea", some);

        assertThat(drawn.answer()).isEqualTo(letter);
        assertThat(drawn.finding()).isEqualTo(Extracted.Finding.DRAWN);
        assertThat(drawn.isGiven()).isFalse();
        assertThat(extract("mmlu-pro-undrawn", "no idea", some)).isEqualTo(Extracted.nothing(Extracted.Finding.NONE));
    }

    /** The two published harnesses of MMLU-Pro differ most on what was cut off. */
    @Test
    void aTruncatedResponseHasAnAnswerForOneHarnessAndNoneForTheOther() {
        String cut = "Let us see. Option A fails, since Boyle's law";

        assertThat(answer("mmlu-pro", cut)).isEqualTo("B");
        assertThat(answer("lm-eval", cut)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Answer: C                            | C",
                "reasons\\n**Answer: $\\boxed{D}$.**  | D",
                "The correct answer is (E).           | E",
                "The best option is $\\boxed{B}$:     | B",
                "the final answer is: \\text{F}       | F",
                "Answer: A\\nOn reflection:\\nAnswer: H | H",
                "(C).                                 | C",
                "The answer is elm.                   | C",
                "answer yew                           | E",
                "The answer is a guess                | a",
                "nothing here                         | ''",
                "I choose D                           | I",
                "We choose D                          | ''"
            })
    void superGpqaReadsTheLastLineFirst(String response, String letter) {
        assertThat(answer("supergpqa", response)).isEqualTo(letter);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6 apples\\n#### 1,234            | 1234  | 1234",
                "#### -7.                         | -7    | -7",
                "It costs $12.50                  | ''    | 12.50",
                "3 + 4 = 7 apples                 | ''    | 7",
                "#### 5\\n#### 6                  | 5     | 6",
                "####9                            | ''    | 9",
                "none                             | ''    | ''"
            })
    void gsm8kIsReadStrictlyAndFlexibly(String response, String strict, String flexible) {
        assertThat(answer("gsm8k-strict-match", response)).isEqualTo(strict);
        assertThat(answer("gsm8k-flexible-extract", response)).isEqualTo(flexible);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "so \\boxed{\\frac{1}{2}} it is          | \\frac{1}{2} | \\frac{1}{2}",
                "\\boxed{1} or \\fbox{2}                 | 2            | 2",
                "thus \\[ x = 4 \\] done                 | ''           | x = 4",
                "so $n$ is $7$                           | ''           | n$ is $7",
                "seven                                   | ''           | seven"
            })
    void mathIsReadFromItsLastBox(String response, String box, String loose) {
        assertThat(answer("hendrycks-math", response)).isEqualTo(box);
        assertThat(answer("lm-eval-math", response)).isEqualTo(loose);
    }

    @Test
    void aClosedThoughtIsNotRead() {
        assertThat(answer("lm-eval", "the answer is (A)?</think> So the answer is (B)."))
                .isEqualTo("B");
        assertThat(answer("lm-eval", "<think>the answer is (A)")).isEqualTo("A");
    }

    @Test
    void theMarkersOfAThoughtAreThoseOfTheModel() {
        ThoughtMarkers markers = new ThoughtMarkers("[THINK]", "[/THINK]");
        Response response = new Response("the answer is (A)?[/THINK]the answer is (B).", false, true, markers, TEN);

        assertThat(response.isThoughtOpen()).isFalse();
        assertThat(Published.named("lm-eval").orElseThrow().extract(response).answer())
                .isEqualTo("B");
    }

    @ParameterizedTest
    @MethodSource("names")
    void noResponseTakesLong(String rule) {
        for (String part :
                List.of("answer: ", "*$\\({[", "The answer is ", "9,", "\\boxed{", "\\[", "a\n", " ", "A ")) {
            String response = part.repeat(200_000 / part.length()) + "!";
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> extract(rule, response, TEN));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void anEmptyResponseGivesNoAnswer(String rule) {
        assertThat(extract(rule, "", TEN).isGiven()).isFalse();
    }
}
