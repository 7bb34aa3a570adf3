package org.rpt4j.core.task;

import java.util.List;
import org.rpt4j.api.TokenScores.Candidate;

/**
 * A scored position of a document that may become a task.
 *
 * @param taskId id of the task that it would become
 * @param index index t of the target token in its document
 * @param entropy the proxy's entropy at t in nats
 * @param argmaxHit whether the proxy's most probable token is the true one
 * @param candidates the proxy's most probable tokens at t, best first, the true one among them if it is one; none if
 *     they were not asked for
 * @since 0.1.0
 */
public record Position(long taskId, int index, double entropy, boolean argmaxHit, List<Candidate> candidates) {

    public Position {
        candidates = List.copyOf(candidates);
    }

    /** A position without candidates. */
    public Position(long taskId, int index, double entropy, boolean argmaxHit) {
        this(taskId, index, entropy, argmaxHit, List.of());
    }
}
