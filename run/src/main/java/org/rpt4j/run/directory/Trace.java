package org.rpt4j.run.directory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * A complete attempt as text: one line of {@code rollouts.jsonl} or {@code responses.jsonl}. Text is for people; a byte
 * that is part of no character appears as U+FFFD.
 *
 * @param step the step, or the steps before the evaluation
 * @param label {@code rollout}, or the label of the evaluation
 * @param task id of the task
 * @param document where it is from
 * @param position index of the target token in the document
 * @param entropy the proxy's entropy in nats; NaN if it was not scored
 * @param member index in its group
 * @param prompt all that the policy was given
 * @param context the text before the target
 * @param response all that the policy wrote, special tokens included
 * @param prediction content of the box; null without one
 * @param target the next token that was to be predicted
 * @param continuation the text that really follows, target included
 * @param reward the reward; null if the verifier abstained
 * @param reason the reason of the reward, or the cause of the abstention
 * @param tokens length of the response
 * @param truncated whether it was cut off at the length limit
 * @since 0.1.0
 */
public record Trace(
        long step,
        String label,
        long task,
        String document,
        int position,
        double entropy,
        int member,
        String prompt,
        String context,
        String response,
        @Nullable String prediction,
        String target,
        String continuation,
        @Nullable Double reward,
        String reason,
        int tokens,
        boolean truncated) {

    static Trace of(long step, String label, GradedGroup group, GradedRollout graded, Function<int[], String> decoder) {
        PredictionTask task = group.task();
        byte[] truth = task.truth().bytes();
        boolean scored = graded.verdict() instanceof Verdict.Scored;
        return new Trace(
                step,
                label,
                task.id(),
                task.documentId(),
                task.position(),
                task.entropy(),
                graded.rollout().member(),
                decoder.apply(group.prompt().tokens()),
                decoder.apply(task.context()),
                decoder.apply(graded.rollout().tokens()),
                graded.prediction() instanceof Prediction.Boxed boxed ? text(boxed.content()) : null,
                text(Arrays.copyOf(truth, task.truth().boundaries()[0])),
                text(truth),
                scored ? (Double) graded.score().reward() : null,
                graded.verdict() instanceof Verdict.Abstained abstained
                        ? "abstained: " + abstained.cause()
                        : graded.score().reason().name(),
                graded.rollout().length(),
                graded.rollout().truncated());
    }

    /** Whether the prediction was right. */
    public boolean isHit() {
        return reason.equals(RewardReason.HIT.name());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
