package org.rpt4j.core.reward;

/** Where a wrong first token has a reward at all. */
enum DenseCondition {
    /** In every group. */
    ALWAYS,
    /** In groups with a right first token; elsewhere all rewards are 0, so a group of misses teaches nothing. */
    GROUP_HAS_HIT
}
