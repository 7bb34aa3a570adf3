package org.rpt4j.bench.extract;

/**
 * A rule that finds the answer in a response. Deterministic and thread-safe.
 *
 * @since 0.1.0
 */
public interface ExtractionRule {

    /** Name in suite files and results. */
    String name();

    /** What the rule does and where it was published, for people. */
    String says();

    /** Finds the answer. */
    Extracted extract(Response response);
}
