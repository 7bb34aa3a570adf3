package org.rpt4j.bench.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.core.tokenize.ThoughtMarkers;

class StrictRuleTest {

    private static final List<String> FOUR = List.of("an oak", "an ash", "an elm", "a fir");
    private static final StrictRule STRICT = new StrictRule();

    private static Extracted letter(String text) {
        return STRICT.extract(new Response(text.replace("\\n", "\n"), false, false, ThoughtMarkers.THINK, FOUR));
    }

    private static Extracted text(String text) {
        return STRICT.extract(new Response(text.replace("\\n", "\n"), false, false, ThoughtMarkers.THINK, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B",
                " (B) ",
                "B.",
                "**B**",
                "$\\boxed{B}$",
                "\\boxed{\\text{B}}",
                "The answer is (B).",
                "the answer is B because it is grey",
                "So the final answer is: **B**",
                "Answer: B",
                "**Answer:** (B)",
                "The correct option is B.",
                "Option A is wrong. Option C is wrong. The answer is B.",
                "It is not A.\\nAnswer: $\\boxed{B}$",
                "The answer is (B). I repeat: the answer is (B).",
                "B. an ash",
                "(B) an ash",
                "an ash",
                "\\boxed{an ash}",
                "The answer is (A)?</think>The answer is (B)."
            })
    void oneDeclaredLetterIsTheAnswer(String response) {
        assertThat(letter(response)).isEqualTo(Extracted.answer("B"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The answer is (B) or (C).                 | SEVERAL",
                "The answer is B, C and D                  | SEVERAL",
                "The answer is (A). Wait, the answer is (C). | SEVERAL",
                "\\boxed{A} and \\boxed{B}                 | SEVERAL",
                "I think it is B                           | NONE",
                "The answer is not B                       | NONE",
                "The answer is A large tree                | NONE",
                "Option B looks good                       | NONE",
                "The answer is (K).                        | NONE",
                "a birch                                   | NONE",
                "Both are fine                             | NONE",
                "<think>The answer is (B).                 | UNFINISHED"
            })
    void otherwiseThereIsNoneForAReason(String response, Extracted.Finding finding) {
        assertThat(letter(response)).isEqualTo(Extracted.nothing(finding));
    }

    @Test
    void whatWasCutOffHasNoAnswer() {
        Response cut = new Response("The answer is (B).", true, false, ThoughtMarkers.THINK, FOUR);
        Response inThought = new Response("The answer is (B).", false, true, ThoughtMarkers.THINK, FOUR);

        assertThat(STRICT.extract(cut).finding()).isEqualTo(Extracted.Finding.UNFINISHED);
        assertThat(STRICT.extract(inThought).finding()).isEqualTo(Extracted.Finding.UNFINISHED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "so $\\boxed{\\frac12}$.                | \\frac12",
                "\\boxed{\\{1, 2\\}}                    | \\{1, 2\\}",
                "5 + 5\\n#### 10                        | 10",
                "\\boxed{4}, that is \\boxed{4}         | 4",
                "It is 7.\\nThe answer is $7$.          | 7",
                "Answer: 12                             | 12",
                "42                                     | 42"
            })
    void oneDeclaredTextIsTheAnswer(String response, String answer) {
        assertThat(text(response)).isEqualTo(Extracted.answer(answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\\boxed{3} or \\boxed{4}               | SEVERAL",
                "\\boxed{3}\\n#### 4                    | SEVERAL",
                "first line\\nsecond line               | NONE",
                "\\boxed{3                              | NONE",
                "''                                     | NONE"
            })
    void otherwiseThereIsNoText(String response, Extracted.Finding finding) {
        String unclosed =
                response.startsWith("\\boxed{3 ") || response.equals("\\boxed{3") ? "a\n" + response : response;
        assertThat(text(unclosed)).isEqualTo(Extracted.nothing(finding));
    }

    @Test
    void noResponseTakesLong() {
        for (String part : List.of("answer is ", "\\boxed{", "*$\\({[\"", "B or ", "#### ", "(A) ", "answer: B, ")) {
            String response = part.repeat(200_000 / part.length()) + "!";
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> letter(response));
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> text(response));
        }
    }
}
