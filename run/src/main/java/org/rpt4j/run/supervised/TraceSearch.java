package org.rpt4j.run.supervised;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;

/**
 * Asks a model about tasks and keeps the thoughts that hit: rejection sampling, as in STaR (Zelikman et al. 2022, arXiv
 * 2203.14465). The model may be a teacher with a tokenizer of its own: what is kept is text.
 *
 * @param rollouts samples the model
 * @param grader judges its rollouts
 * @param asked tokenizer of the model that is asked
 * @param learner tokenizer of the contexts
 * @param thought how the model that is asked writes its thought
 * @since 0.1.0
 */
public record TraceSearch(
        RolloutPhase rollouts, Grader grader, TokenCodec asked, TokenCodec learner, ThoughtFormat thought) {

    /**
     * What was found.
     *
     * @param traces different thoughts that hit, in the order of the tasks
     * @param readTokens tokens of the prompts, once per group, and of all rollouts: what the search cost
     */
    public record Found(List<ThoughtTrace> traces, long readTokens) {

        public Found {
            traces = List.copyOf(traces);
        }
    }

    /** Samples a group of rollouts per task. */
    public Found search(List<PredictionTask> tasks, SamplingOptions sampling) {
        List<SampledGroup> groups = rollouts.sample(tasks, sampling);
        List<ThoughtTrace> traces = new ArrayList<>();
        for (GradedGroup group : grader.grade(groups)) {
            group.rollouts().stream()
                    .filter(GradedRollout::isHit)
                    .flatMap(rollout -> trace(group.task(), rollout).stream())
                    .distinct()
                    .forEach(traces::add);
        }
        return new Found(
                traces, groups.stream().mapToLong(SampledGroup::tokenCount).sum());
    }

    /**
     * The attempt as text; empty if there is no box, or its content ends inside a character, which text cannot say.
     */
    private Optional<ThoughtTrace> trace(PredictionTask task, GradedRollout graded) {
        return graded.prediction() instanceof Prediction.Boxed boxed
                ? text(boxed.content()).map(prediction -> trace(task, graded, prediction))
                : Optional.empty();
    }

    private static Optional<String> text(byte[] utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private ThoughtTrace trace(PredictionTask task, GradedRollout graded, String prediction) {
        List<Integer> context = Arrays.stream(task.context()).boxed().toList();
        return new ThoughtTrace(
                new ThoughtTrace.Text(learner.decode(task.context()), context),
                thoughtOf(asked.decode(graded.rollout().tokens())),
                prediction);
    }

    private String thoughtOf(String response) {
        String start = thought.markers().start();
        int end = response.lastIndexOf(thought.markers().end());
        int box = response.lastIndexOf(AnswerExtractor.BOX);
        String before = response.substring(0, end >= 0 ? end : Math.max(0, box)).strip();
        return before.startsWith(start) ? before.substring(start.length()).strip() : before;
    }
}
