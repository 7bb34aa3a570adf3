package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.rpt4j.answers.compare.AnswerComparison;
import org.rpt4j.answers.compare.Judgement;
import org.rpt4j.api.RewardReason;

/** Two answers with a line feed between them: judged without an exception, always the same, and an answer equals itself. */
class MathAnswerFuzz {

    private static final AnswerComparison MATH = AnswerComparison.math();

    @FuzzTest
    void compare(byte[] input) {
        String[] answers = new String(input, StandardCharsets.UTF_8).split("\n", 2);
        String predicted = answers[0];
        String gold = answers.length > 1 ? answers[1] : "7";
        Judgement judgement = MATH.compare(predicted, gold);
        RewardReason.of(judgement.reason());
        if (!judgement.equals(MATH.compare(predicted, gold))) {
            throw new AssertionError("two judgements, the first " + judgement);
        }
        if (judgement.isEqual() && MATH.compare(gold, predicted).outcome() == Judgement.Outcome.DIFFERENT) {
            throw new AssertionError("equal in one direction only: " + predicted + " and " + gold);
        }
    }
}
