package org.rpt4j.bench.result;

/**
 * How one rule read the responses to a question.
 *
 * @param right responses whose answer is the known one
 * @param given responses that give an answer
 * @param undecided responses whose answer could not be compared with the known one; they are not right
 * @since 0.1.0
 */
public record Marks(int right, int given, int undecided) {}
