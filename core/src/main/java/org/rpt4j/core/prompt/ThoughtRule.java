package org.rpt4j.core.prompt;

/**
 * What has to stand before a box for it to count as a prediction. Under every rule a box before the last end of a
 * thought does not count.
 *
 * @since 0.1.0
 */
public enum ThoughtRule {
    /** A thought that its end marker closes, as section 3.2 of the paper asks for. */
    MARKED,
    /** Any text that is not blank, for models that reason without markers. */
    UNMARKED,
    /** Nothing: the box alone is an answer. */
    NONE
}
