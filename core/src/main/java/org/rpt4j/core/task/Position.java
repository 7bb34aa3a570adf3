package org.rpt4j.core.task;

/**
 * A scored position of a document that may become a task.
 *
 * @param taskId id of the task that it would become
 * @param index index t of the target token in its document
 * @param entropy the proxy's entropy at t in nats
 * @param argmaxHit whether the proxy's most probable token is the true one
 * @since 0.1.0
 */
public record Position(long taskId, int index, double entropy, boolean argmaxHit) {}
