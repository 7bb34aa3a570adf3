package org.rpt4j.answers.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.RewardReason;

/** Pairs of answers with the verdict of a reader; the file names the convention of each section. */
class MathComparisonTest {

    private static final AnswerComparison MATH = AnswerComparison.math();

    record Pair(Judgement.Outcome outcome, String predicted, String gold) {}

    static Stream<Pair> pairs() throws IOException {
        try (InputStream in = MathComparisonTest.class.getResourceAsStream("math-pairs.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(MathComparisonTest::pair);
        }
    }

    private static Pair pair(String line) {
        String[] columns = line.split(" \\| ", 3);
        return new Pair(
                switch (columns[0]) {
                    case "=" -> Judgement.Outcome.EQUAL;
                    case "!" -> Judgement.Outcome.DIFFERENT;
                    case "?" -> Judgement.Outcome.UNDECIDED;
                    default -> throw new IllegalArgumentException(line);
                },
                columns[1],
                columns[2]);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aPairIsJudgedAsAReaderDoes(Pair pair) {
        Judgement judgement = MATH.compare(pair.predicted(), pair.gold());
        assertThat(judgement.outcome()).as(judgement.reason()).isEqualTo(pair.outcome());
        assertThat(RewardReason.of(judgement.reason()).name()).isEqualTo(judgement.reason());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void equalityHasNoDirection(Pair pair) {
        if (!pair.predicted().isBlank()) {
            assertThat(MATH.equivalent(pair.gold(), pair.predicted()))
                    .isEqualTo(MATH.equivalent(pair.predicted(), pair.gold()));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anAnswerEqualsItself(Pair pair) {
        assertThat(MATH.equivalent(pair.gold(), pair.gold())).isTrue();
        assertThat(MATH.equivalent(" " + pair.gold() + " ", pair.gold())).isTrue();
    }

    /** What could be told from another answer can be read. */
    @ParameterizedTest
    @MethodSource("pairs")
    void theKnownAnswerOfADecidedPairCanBeRead(Pair pair) {
        boolean decided = pair.outcome() == Judgement.Outcome.DIFFERENT
                || pair.outcome() == Judgement.Outcome.EQUAL
                        && !ExactComparison.normalised(pair.predicted())
                                .equals(ExactComparison.normalised(pair.gold()));
        if (decided) {
            assertThat(MathComparison.DEFAULT.unreadable(pair.gold())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\int_0^1 x dx             | unknown-notation
            \\lfloor 2.5 \\rfloor      | unknown-notation
            It is the second one     | free-text
            \\text{the red balloon}   | free-text
            9^{9^{9^9}}              | too-large
            (((                      | unbalanced-brackets
            """)
    void whatCannotBeReadHasAReason(String gold, String reason) {
        assertThat(MathComparison.DEFAULT.unreadable(gold)).contains(reason);
        assertThat(new MathComparison(0, List.of((predicted, known) -> Judgement.Outcome.UNDECIDED)).unreadable(gold))
                .as("an algebra system may read it")
                .isEmpty();
    }

    @Test
    void thereAreManyPairsOfEachKind() throws IOException {
        List<Pair> all = pairs().toList();
        assertThat(all).hasSizeGreaterThan(150).doesNotHaveDuplicates();
        for (Judgement.Outcome outcome : Judgement.Outcome.values()) {
            assertThat(all).filteredOn(pair -> pair.outcome() == outcome).hasSizeGreaterThan(5);
        }
    }
}
