package org.rpt4j.run.supervised;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;
import org.rpt4j.core.train.SupervisedExample;

/**
 * A policy's own thoughts that led to a hit, to be imitated: rejection sampling, the supervised sibling of
 * reinforcement (STaR, Zelikman et al. 2022, arXiv 2203.14465). Misses are not used.
 *
 * @param examples one per task with a hit, with every different thought of its group that hit
 * @param readTokens tokens of the prompts, once per group, and of all thoughts: what the search cost
 * @since 0.1.0
 */
public record OwnThoughts(List<SupervisedExample> examples, long readTokens) {

    public OwnThoughts {
        examples = List.copyOf(examples);
    }

    /** Samples a group of rollouts per task and keeps those that hit. */
    public static OwnThoughts sample(
            RolloutPhase rollouts, Grader grader, List<PredictionTask> tasks, SamplingOptions sampling) {
        List<SampledGroup> groups = rollouts.sample(tasks, sampling);
        long read = groups.stream().mapToLong(SampledGroup::tokenCount).sum();
        List<SupervisedExample> examples = new ArrayList<>();
        for (GradedGroup group : grader.grade(groups)) {
            List<int[]> hits = hits(group);
            if (!hits.isEmpty()) {
                examples.add(new SupervisedExample(group.prompt().tokens(), hits));
            }
        }
        return new OwnThoughts(examples, read);
    }

    /**
     * Equal numbers of tokens of text and of thoughts; the larger side is cut.
     *
     * @param text examples of plain text
     */
    public List<SupervisedExample> mixedWith(List<SupervisedExample> text) {
        long tokens = Math.min(learned(examples), learned(text));
        List<SupervisedExample> mixed = new ArrayList<>(upTo(tokens, examples));
        mixed.addAll(upTo(tokens, text));
        return mixed;
    }

    /** The thoughts that hit, each once. */
    private static List<int[]> hits(GradedGroup group) {
        List<int[]> different = new ArrayList<>();
        for (GradedRollout graded : group.rollouts()) {
            int[] tokens = graded.rollout().tokens();
            if (graded.isHit() && different.stream().noneMatch(known -> Arrays.equals(known, tokens))) {
                different.add(tokens);
            }
        }
        return different;
    }

    private static List<SupervisedExample> upTo(long tokens, List<SupervisedExample> examples) {
        List<SupervisedExample> taken = new ArrayList<>();
        long count = 0;
        for (SupervisedExample example : examples) {
            if (count >= tokens) {
                break;
            }
            taken.add(example);
            count += example.learnedTokenCount();
        }
        return taken;
    }

    private static long learned(List<SupervisedExample> examples) {
        return examples.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
    }
}
