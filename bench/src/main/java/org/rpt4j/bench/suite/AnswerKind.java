package org.rpt4j.bench.suite;

/**
 * How the answers of a suite are compared.
 *
 * @since 0.1.0
 */
public enum AnswerKind {
    /** The letter of a choice. */
    CHOICE,
    /** A number or a formula, equal in value. */
    MATH,
    /** A text, equal but for white space, emphasis around it and a full stop at its end. */
    EXACT
}
