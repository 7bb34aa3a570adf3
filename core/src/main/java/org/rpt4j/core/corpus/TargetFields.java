package org.rpt4j.core.corpus;

/**
 * Which fields of a JSON line hold tokens to predict. The corpus of the paper has problems and solutions, and the paper
 * does not say which of them it predicts.
 */
public enum TargetFields {
    /** Every field: a problem is predicted like its solution. */
    ALL,
    /** The last one: the fields before it, such as a problem, are context for it, such as its solution. */
    LAST
}
