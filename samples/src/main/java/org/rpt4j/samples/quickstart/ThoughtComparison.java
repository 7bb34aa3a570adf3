package org.rpt4j.samples.quickstart;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.eval.TaskResult;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.tokenize.Tokenizer;

/** Shows what training changed in the thoughts about one held-out token. */
final class ThoughtComparison {

    private static final int CONTEXT_SHOWN = 300;

    private ThoughtComparison() {}

    /**
     * Describes the longest new thought among the tokens that were missed before and are hit now, and that can be
     * inferred.
     */
    static String describe(Exam.Marks before, Exam.Marks after, Inferable inferable, Tokenizer tokenizer) {
        List<GradedGroup> missed = thoughts(before);
        List<GradedGroup> hit = thoughts(after);
        Optional<Integer> found = IntStream.range(0, missed.size())
                .boxed()
                .filter(i -> inferable.has(
                        missed.get(i).task().documentId(), missed.get(i).task().position()))
                .filter(i -> !only(missed.get(i)).isHit() && only(hit.get(i)).isHit())
                .max(Comparator.comparingInt(i -> only(hit.get(i)).rollout().length()));
        if (found.isEmpty()) {
            return "None of the inferable tokens changed from a miss to a hit.";
        }
        PredictionTask task = missed.get(found.get()).task();
        String context = tokenizer.decode(task.context());
        String shown = context.length() <= CONTEXT_SHOWN
                ? context
                : "..." + context.substring(context.length() - CONTEXT_SHOWN);
        return String.format(
                "A rollout before and after%n  text   %s%n  truth  %s%n  before %s%n  after  %s%n",
                shown,
                tokenizer.decode(task.target()).strip(),
                text(missed.get(found.get()), tokenizer),
                text(hit.get(found.get()), tokenizer));
    }

    private static List<GradedGroup> thoughts(Exam.Marks marks) {
        return marks.all().results().stream().map(TaskResult::reasoning).toList();
    }

    private static String text(GradedGroup group, Tokenizer tokenizer) {
        return tokenizer.decode(only(group).rollout().tokens()).strip();
    }

    private static GradedRollout only(GradedGroup group) {
        return group.rollouts().get(0);
    }
}
