package org.rpt4j.judge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.Sha256;

/**
 * Rewards a prediction with 1 if most votes of a judge say that it means what follows, else with 0. The same prediction of
 * the same text is asked about once. A judge that does not answer, or without a majority for yes or no, is an abstention.
 * Thread-safe: one thread asks at a time.
 */
final class JudgeVerifier implements RewardVerifier, AutoCloseable {

    private final JudgeInstruction instruction;
    private final Judge judge;
    private final JudgeRecord record;
    private final ReentrantLock turn = new ReentrantLock();

    JudgeVerifier(JudgeInstruction instruction, Judge judge, JudgeRecord record) {
        this.instruction = instruction;
        this.judge = judge;
        this.record = record;
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return verifyGroup(List.of(attempt)).get(0);
    }

    @Override
    public List<Verdict> verifyGroup(List<Attempt> attempts) {
        List<@Nullable String> questions = new ArrayList<>();
        Map<String, String> byKey = new LinkedHashMap<>();
        for (Attempt attempt : attempts) {
            @Nullable String question = question(attempt);
            questions.add(question);
            if (question != null) {
                byKey.putIfAbsent(key(question), question);
            }
        }
        Map<String, Verdict> verdicts = byKey.isEmpty() ? Map.of() : verdicts(byKey);
        List<Verdict> all = new ArrayList<>();
        for (int i = 0; i < attempts.size(); i++) {
            @Nullable String question = questions.get(i);
            all.add(question == null ? unasked(attempts.get(i)) : verdicts.getOrDefault(key(question), NO_ANSWER));
        }
        return all;
    }

    private static final Verdict NO_ANSWER = new Verdict.Abstained("the judge gave no answer");

    /** What to ask about an attempt; null if it predicts nothing. */
    private @Nullable String question(Attempt attempt) {
        if (!(attempt.prediction() instanceof Prediction.Boxed boxed)) {
            return null;
        }
        String prediction = new String(boxed.content(), StandardCharsets.UTF_8);
        String continuation = new String(attempt.task().truth().bytes(), StandardCharsets.UTF_8);
        return prediction.isBlank() ? null : instruction.question(prediction, continuation);
    }

    private static Verdict unasked(Attempt attempt) {
        RewardReason reason = attempt.prediction() instanceof Prediction.Missing missing
                ? RewardReason.of(missing.reason())
                : RewardReason.EMPTY;
        return new Verdict.Scored(0, reason);
    }

    private String key(String question) {
        Sha256 hash = new Sha256();
        hash.add(judge.identity());
        hash.add("\n");
        hash.add(question);
        return hash.hex();
    }

    private Map<String, Verdict> verdicts(Map<String, String> questions) {
        try {
            turn.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("judging was interrupted", e);
        }
        try {
            List<String> unknown = questions.keySet().stream()
                    .filter(key -> record.find(key).isEmpty())
                    .toList();
            Map<String, Verdict> verdicts = new HashMap<>();
            if (!unknown.isEmpty()) {
                List<Judge.Reply> replies =
                        judge.ask(unknown.stream().map(questions::get).toList());
                Map<String, Poll> answered = new LinkedHashMap<>();
                for (int i = 0; i < unknown.size(); i++) {
                    if (replies.get(i) instanceof Judge.Reply.Answered answer) {
                        answered.put(unknown.get(i), Poll.of(answer));
                    } else if (replies.get(i) instanceof Judge.Reply.Failed failed) {
                        verdicts.put(unknown.get(i), new Verdict.Abstained(failed.cause()));
                    }
                }
                record.add(answered);
            }
            questions.keySet().forEach(key -> record.find(key).ifPresent(poll -> verdicts.put(key, verdict(poll))));
            return verdicts;
        } finally {
            turn.unlock();
        }
    }

    private static Verdict verdict(Poll poll) {
        if (poll.isYes()) {
            return new Verdict.Scored(1, RewardReason.HIT);
        }
        return poll.isNo()
                ? new Verdict.Scored(0, RewardReason.NOT_PREFIX)
                : new Verdict.Abstained("the judge has no majority for yes or no");
    }

    @Override
    public void close() {
        judge.close();
    }
}
