package org.rpt4j.core.reward;

/**
 * Which closing brace ends a box. Neither rule treats a backslash before a brace specially.
 *
 * @since 0.1.0
 */
public enum BoxRule {
    /**
     * The brace that matches the opening one. A prediction with unbalanced braces, such as a lone {@code }}, cannot be
     * expressed.
     */
    BALANCED,
    /**
     * The last closing brace of the completion. Any prediction can be expressed, but the box is only known at the end
     * of the rollout, so this rule does not work with {@link ClosedBoxStop}.
     */
    GREEDY_LAST_BRACE
}
