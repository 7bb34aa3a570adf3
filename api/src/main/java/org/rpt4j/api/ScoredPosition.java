package org.rpt4j.api;

import java.util.List;
import org.rpt4j.api.TokenScores.Candidate;

/**
 * A scored position of a document that may become a task.
 *
 * @param taskId id of the task that it would become, {@link TaskDocument#taskId}
 * @param index index t of the target token in its document
 * @param entropy the proxy's entropy at t in nats
 * @param argmaxHit whether the proxy's most probable token is the true one
 * @param candidates the proxy's most probable tokens at t, the most probable first; empty unless the kind of tasks
 *     asked for them
 * @since 0.1.0
 */
public record ScoredPosition(long taskId, int index, double entropy, boolean argmaxHit, List<Candidate> candidates) {

    public ScoredPosition {
        candidates = List.copyOf(candidates);
    }

    /** A position without candidates. */
    public ScoredPosition(long taskId, int index, double entropy, boolean argmaxHit) {
        this(taskId, index, entropy, argmaxHit, List.of());
    }
}
