package org.rpt4j.run.launch;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.rpt4j.answers.GoldAnswer;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.spi.RewardVerifierProvider;
import org.rpt4j.spi.RewardVerifiers;

/** Whether the reward of a run can read the known answers of its questions. */
final class ReadableAnswers {

    private static final int SHOWN = 60;

    private ReadableAnswers() {}

    /**
     * What is worth knowing about answers that the reward cannot read; empty if it reads them all.
     *
     * @throws CorpusException if there are more than the configuration tolerates
     */
    static Optional<String> check(RunConfiguration configuration, PreparedTasks tasks) {
        String name = configuration.get(RewardKeys.NAME);
        RewardVerifierProvider reward = RewardVerifiers.discover().provider(name);
        Map<String, String> options = RewardKeys.options(configuration);
        List<PredictionTask> unreadable = Stream.concat(tasks.train().stream(), tasks.heldOut().stream())
                .filter(task -> reward.unreadable(task.truth(), options).isPresent())
                .toList();
        int all = tasks.train().size() + tasks.heldOut().size();
        if (unreadable.isEmpty()) {
            return Optional.empty();
        }
        PredictionTask first = unreadable.get(0);
        String found = String.format(
                Locale.ROOT,
                "%d of %d known answers cannot be read by the reward %s (first: %s, \"%s\": %s)",
                unreadable.size(),
                all,
                name,
                first.documentId(),
                shown(first),
                reward.unreadable(first.truth(), options).orElseThrow());
        double tolerated = configuration.get(AnswerKeys.MAX_UNREADABLE);
        if (unreadable.size() > tolerated * all) {
            throw new CorpusException(found + ". Name the part of the answer that counts with " + AnswerKeys.ANSWER_PART
                    + ", use another reward (" + RewardKeys.NAME + "), or raise " + AnswerKeys.MAX_UNREADABLE + " ("
                    + tolerated + ") to go on.");
        }
        return Optional.of(
                found + ". Attempts at them are judged only if they have the same characters, and abstained on"
                        + " otherwise.");
    }

    private static String shown(PredictionTask task) {
        String answer = GoldAnswer.of(task.truth().bytes()).shown();
        return Printable.line(answer.length() <= SHOWN ? answer : answer.substring(0, SHOWN) + "...");
    }
}
