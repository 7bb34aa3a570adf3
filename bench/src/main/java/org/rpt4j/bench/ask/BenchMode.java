package org.rpt4j.bench.ask;

/**
 * How a model gives its answer.
 *
 * @since 0.1.0
 */
public enum BenchMode {
    /** It writes a response, in which its answer is found. */
    GENERATE,
    /** It is not asked to write: the choice whose continuation is the most probable is its answer. */
    LOG_PROBABILITY
}
