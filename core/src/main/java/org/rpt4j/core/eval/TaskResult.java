package org.rpt4j.core.eval;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * The results of a policy on one task.
 *
 * @param standardHit whether the most probable next token after the bare context is the true one; null if it was not
 *     predicted
 * @param reasoning the thoughts with their predictions and verdicts
 * @since 0.1.0
 */
public record TaskResult(@Nullable Boolean standardHit, GradedGroup reasoning) {

    /** The task. */
    public PredictionTask task() {
        return reasoning.task();
    }

    /** Samples with a verdict. */
    public int judged() {
        return reasoning.scored().size();
    }

    /** Samples judged a hit. */
    public int hits() {
        return (int) reasoning.scored().stream().filter(GradedRollout::isHit).count();
    }

    /** Hits whose prediction is longer than one token. */
    int multiTokenHits() {
        return (int) reasoning.scored().stream()
                .filter(r -> r.isHit() && r.prediction() instanceof Prediction.Boxed boxed && isMultiToken(boxed))
                .count();
    }

    private boolean isMultiToken(Prediction.Boxed boxed) {
        int length = boxed.content().length;
        return task().truth().isBoundary(length) && task().truth().tokensIn(length) > 1;
    }
}
