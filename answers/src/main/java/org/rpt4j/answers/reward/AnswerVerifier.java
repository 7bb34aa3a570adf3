package org.rpt4j.answers.reward;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.rpt4j.answers.GoldAnswer;
import org.rpt4j.answers.compare.Judgement;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.Printable;

/**
 * 1 if the answer in the box means the known one, in any of its forms, else 0; an abstention where the comparison
 * cannot decide. Thread-safe.
 */
final class AnswerVerifier implements RewardVerifier {

    private static final RewardReason NOT_TEXT = RewardReason.of("not-text");
    private static final int SHOWN = 80;

    private final String name;
    private final Judge judge;

    /** Compares an answer with all accepted forms of the known one. */
    @FunctionalInterface
    interface Judge {
        Judgement judge(String answer, List<String> forms);
    }

    AnswerVerifier(String name, Judge judge) {
        this.name = name;
        this.judge = judge;
    }

    @Override
    public Verdict verify(Attempt attempt) {
        if (attempt.prediction() instanceof Prediction.Missing missing) {
            return new Verdict.Scored(0, RewardReason.of(missing.reason()));
        }
        byte[] content = ((Prediction.Boxed) attempt.prediction()).content();
        if (content.length == 0) {
            return new Verdict.Scored(0, RewardReason.EMPTY);
        }
        String answer;
        try {
            answer = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Verdict.Scored(0, NOT_TEXT);
        }
        GoldAnswer gold;
        try {
            gold = GoldAnswer.of(attempt.task().truth().bytes());
        } catch (IllegalArgumentException e) {
            return new Verdict.Abstained("task " + attempt.task().documentId() + " has no answer: " + e.getMessage());
        }
        Judgement judgement = judge.judge(answer, gold.forms());
        return switch (judgement.outcome()) {
            case EQUAL -> new Verdict.Scored(1, RewardReason.HIT);
            case DIFFERENT -> new Verdict.Scored(0, RewardReason.of(judgement.reason()));
            case UNDECIDED ->
                new Verdict.Abstained("reward \"" + name + "\" cannot decide whether \"" + shown(answer)
                        + "\" is the answer to " + attempt.task().documentId() + ": " + judgement.reason());
        };
    }

    private static String shown(String answer) {
        return Printable.line(answer.length() <= SHOWN ? answer : answer.substring(0, SHOWN) + "...");
    }
}
