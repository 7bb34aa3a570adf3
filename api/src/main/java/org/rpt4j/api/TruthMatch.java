package org.rpt4j.api;

/**
 * How much of the truth a prediction has to hold to be right.
 *
 * @since 0.1.0
 */
public enum TruthMatch {
    /** The first bytes of the truth, up to a place where one of its tokens ends (Eq. 3 of the paper). */
    PREFIX,
    /** All of it. White space around it does not count, and any white space between words equals any other. */
    WHOLE
}
