package org.rpt4j.core.eval;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * The counts of one task in an evaluation, kept when the responses are discarded. A comparison of two evaluations pairs
 * them.
 *
 * @param task id of the task
 * @param document document that the task comes from; positions of one document are not independent
 * @param position index of the target token in its document
 * @param entropy the proxy's entropy in nats; NaN if not scored
 * @param standardHit whether the most probable next token after the bare context is the true one; null if it was not
 *     predicted
 * @param samples sampled responses
 * @param boxed responses with a box after the thought
 * @param truncated responses cut off at the length limit
 * @param responseTokens tokens of all responses
 * @param multiTokenHits hits whose prediction is longer than one token
 * @param reasons judged responses by reason
 * @since 0.1.0
 */
public record TaskOutcome(
        long task,
        String document,
        int position,
        double entropy,
        @Nullable Boolean standardHit,
        int samples,
        int boxed,
        int truncated,
        long responseTokens,
        int multiTokenHits,
        Map<RewardReason, Integer> reasons) {

    public TaskOutcome {
        Map<RewardReason, Integer> counts = new TreeMap<>();
        counts.putAll(reasons);
        reasons = Collections.unmodifiableMap(counts);
        long judged = reasons.values().stream().mapToLong(Integer::longValue).sum();
        if (samples < 1 || judged > samples || boxed > samples || truncated > samples) {
            throw new IllegalArgumentException("task " + task + " has " + samples + " samples of which " + judged
                    + " are judged, " + boxed + " boxed and " + truncated + " truncated");
        }
    }

    /** Counts the results of one task. */
    static TaskOutcome of(TaskResult result) {
        PredictionTask task = result.task();
        Map<RewardReason, Integer> reasons = new TreeMap<>();
        int boxed = 0;
        int truncated = 0;
        long tokens = 0;
        for (GradedRollout graded : result.reasoning().rollouts()) {
            boxed += graded.prediction() instanceof Prediction.Boxed ? 1 : 0;
            truncated += graded.rollout().truncated() ? 1 : 0;
            tokens += graded.rollout().length();
            if (graded.isScored()) {
                reasons.merge(graded.score().reason(), 1, Integer::sum);
            }
        }
        return new TaskOutcome(
                task.id(),
                task.documentId(),
                task.position(),
                task.entropy(),
                result.standardHit(),
                result.reasoning().rollouts().size(),
                boxed,
                truncated,
                tokens,
                result.multiTokenHits(),
                reasons);
    }

    /** 1 for a next token that was predicted without a thought, 0 for another; NaN if none was predicted. */
    public double standardShare() {
        return standardHit == null ? Double.NaN : standardHit ? 1 : 0;
    }

    /** Samples with a verdict. */
    public int judged() {
        return reasons.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Samples judged a hit. */
    public int hits() {
        return reasons.getOrDefault(RewardReason.HIT, 0);
    }

    /** Hit rate among judged samples; NaN if the verifier abstained on all. */
    public double hitShare() {
        return (double) hits() / judged();
    }
}
