package org.rpt4j.core.reward;

/** When a wrong first token gets a reward at all. */
enum DenseCondition {
    /** In every group. */
    ALWAYS,
    /**
     * Only in groups with a correct first token. In other groups all rewards are 0, so a group of misses has no
     * learning signal.
     */
    GROUP_HAS_HIT
}
