package org.rpt4j.core.corpus;

/**
 * Which fields of a JSON line hold tokens to predict. The paper's corpus has problems and solutions, and the paper does
 * not say which of them it predicts.
 *
 * @since 0.1.0
 */
public enum TargetFields {
    /** Every field: both a problem and its solution are predicted. */
    ALL,
    /** The last field, such as a solution; the fields before it, such as the problem, are context. */
    LAST
}
