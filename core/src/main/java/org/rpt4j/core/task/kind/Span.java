package org.rpt4j.core.task.kind;

/**
 * A piece of a document.
 *
 * @param from its first token
 * @param to the token after its last one
 */
record Span(int from, int to) {}
