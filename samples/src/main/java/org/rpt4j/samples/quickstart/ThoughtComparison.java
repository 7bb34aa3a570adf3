package org.rpt4j.samples.quickstart;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.tokenize.Tokenizer;

/** Compares the thoughts about the same held-out tokens before and after training. */
final class ThoughtComparison {

    private static final int CONTEXT_SHOWN = 300;

    private final List<PredictionTask> tasks;
    private final Reasoning reasoning;
    private final Grader grader;
    private final SamplingOptions greedy;

    ThoughtComparison(List<PredictionTask> tasks, Reasoning reasoning, RewardVerifier verifier) {
        this.tasks = tasks;
        this.reasoning = reasoning;
        this.grader = new Grader(reasoning.extractor(), verifier);
        this.greedy = reasoning.sampling(1, 0);
    }

    /** Decodes one greedy rollout per task. */
    List<GradedGroup> think(Policy policy) {
        return grader.grade(new RolloutPhase(policy, reasoning.prompts()).sample(tasks, greedy));
    }

    /** Returns the longest new thought among the tokens that were missed before and are hit now. */
    static String describe(List<GradedGroup> before, List<GradedGroup> after, Tokenizer tokenizer) {
        Optional<Integer> found = IntStream.range(0, before.size())
                .boxed()
                .filter(i -> !only(before.get(i)).isHit() && only(after.get(i)).isHit())
                .max(Comparator.comparingInt(i -> only(after.get(i)).rollout().length()));
        if (found.isEmpty()) {
            return "None of the compared tokens changed from a miss to a hit.";
        }
        PredictionTask task = before.get(found.get()).task();
        String context = tokenizer.decode(task.context());
        String shown = context.length() <= CONTEXT_SHOWN
                ? context
                : "..." + context.substring(context.length() - CONTEXT_SHOWN);
        return String.format(
                "A rollout before and after%n  text   %s%n  truth  %s%n  before %s%n  after  %s%n",
                shown,
                tokenizer.decode(task.target()).strip(),
                text(before.get(found.get()), tokenizer),
                text(after.get(found.get()), tokenizer));
    }

    private static String text(GradedGroup group, Tokenizer tokenizer) {
        return tokenizer.decode(only(group).rollout().tokens()).strip();
    }

    private static GradedRollout only(GradedGroup group) {
        return group.rollouts().get(0);
    }
}
