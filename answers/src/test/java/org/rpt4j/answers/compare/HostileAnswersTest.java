package org.rpt4j.answers.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.RewardReason;

/** Whatever a model writes, a comparison returns soon, and never says that it is right. */
class HostileAnswersTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AnswerComparison MATH = AnswerComparison.math();

    static Stream<String> hostile() {
        String deep = "{".repeat(900) + "5" + "}".repeat(900);
        return Stream.of(
                "9^9^9^9",
                "9^{9^{9^{9^9}}}",
                "1e999999999",
                "1e99999999999999999999",
                "10^{1000000000}",
                "(1+1)^{999999999}",
                "(-2)^{99999999}",
                "0.5^{99999999}",
                "1000000!",
                "((5!)!)!",
                "\\binom{1000000}{500000}",
                "e^{e^{e^{e^{9}}}}",
                "\\pi^{99999999}",
                "2^{0.000000000000001}^{99999}",
                "\\sin(10^{300})",
                "\\ln(10^{-300})^{99}",
                "\\sqrt".repeat(300) + "5",
                "-".repeat(1900) + "5",
                "(".repeat(900) + "5" + ")".repeat(900),
                "(".repeat(1900),
                deep,
                "\\{".repeat(400) + "5" + "\\}".repeat(400),
                "\\frac{".repeat(300) + "5" + "}{1}".repeat(300),
                "|".repeat(1900),
                "x^".repeat(900) + "x",
                "\\pm".repeat(600) + "5",
                "1,".repeat(900) + "1",
                "\\sqrt{2}," + "\\sqrt{2},".repeat(90) + "3",
                "\\begin{pmatrix}" + "1&".repeat(90) + "1".repeat(90) + "\\end{pmatrix}",
                "a".repeat(1900),
                "5 " + "a ".repeat(900),
                "5 " + "ab".repeat(900) + "!",
                " ".repeat(1900) + "and" + "\u2006 ".repeat(40) + "5",
                ("\\text{and}" + " ".repeat(100)).repeat(15),
                "5".repeat(1900) + "^" + "5".repeat(90),
                "5\\text{" + "cm ".repeat(500) + "}",
                "=".repeat(1900),
                "1<".repeat(900) + "1",
                "1:".repeat(900) + "1",
                "5" + "\\,".repeat(900) + "00",
                "\\boxed{".repeat(200) + "7",
                "\\",
                "\\begin{",
                "\\text",
                "\\text{",
                "\\overline{3}",
                "_5",
                "5_",
                "x_{",
                "\ud800",
                "\u0000",
                "\uE002\uE003",
                "x".repeat(100_000),
                "(1+2+".repeat(100_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileAnswerIsNotRightAndEndsSoon(String answer) {
        for (String gold : List.of("7", "\\sqrt{7}", "x+7", "\\{7, 8\\}", "(7, 8)", "\\text{seven}", "x = 7")) {
            Judgement judgement = assertTimeoutPreemptively(SOON, () -> MATH.compare(answer, gold));
            assertThat(judgement.isEqual()).as(gold).isFalse();
            assertThat(RewardReason.of(judgement.reason()).name()).isEqualTo(judgement.reason());
        }
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileKnownAnswerIsNoReasonForARewardEither(String gold) {
        assertTimeoutPreemptively(
                SOON, () -> assertThat(MATH.equivalent("7", gold)).isFalse());
    }

    @Test
    void setsOfSetsAreCompareWithinALimit() {
        String many = "\\{" + "\\{1,2\\},".repeat(90) + "\\{1,3\\}\\}";
        String other = "\\{" + "\\{2,1\\},".repeat(90) + "\\{4,3\\}\\}";
        assertTimeoutPreemptively(
                SOON, () -> assertThat(MATH.equivalent(many, other)).isFalse());
    }

    @Test
    void anyTextIsAnswered() {
        String alphabet = "0123456789.,+-*/^_(){}[]|\\ =<>%$&;:!xyeiπ°±√∪";
        List<String> pieces = List.of(
                "\\frac",
                "\\sqrt",
                "\\text{cm}",
                "\\left(",
                "\\right)",
                "\\{",
                "\\}",
                "\\pi",
                "\\sin",
                "\\log_2",
                "\\begin{pmatrix}",
                "\\end{pmatrix}",
                "\\\\",
                "\\cup",
                "\\infty",
                "\\pm",
                "\\overline",
                "and");
        SplittableRandom random = new SplittableRandom(42);
        List<String> texts = IntStream.range(0, 4000)
                .mapToObj(i -> {
                    StringBuilder text = new StringBuilder();
                    int length = random.nextInt(1, 30);
                    for (int k = 0; k < length; k++) {
                        text.append(
                                random.nextInt(4) == 0
                                        ? pieces.get(random.nextInt(pieces.size()))
                                        : alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    return text.toString();
                })
                .toList();
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            for (int i = 1; i < texts.size(); i++) {
                Judgement judgement = MATH.compare(texts.get(i), texts.get(i - 1));
                assertThat(MATH.compare(texts.get(i), texts.get(i - 1))).isEqualTo(judgement);
            }
        });
    }
}
