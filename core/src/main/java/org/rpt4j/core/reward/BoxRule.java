package org.rpt4j.core.reward;

/** Which closing brace ends a box. A backslash before a brace has no meaning under either rule. */
public enum BoxRule {
    /**
     * The brace that matches the opening one. A prediction with unbalanced braces of its own, such as a lone {@code }},
     * cannot be written.
     */
    BALANCED,
    /**
     * The last closing brace of the completion. Any prediction can be written, but the box is only known at the end
     * of the rollout, so {@link ClosedBoxStop} does not go with it.
     */
    GREEDY_LAST_BRACE
}
