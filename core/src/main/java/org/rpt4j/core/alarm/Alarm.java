package org.rpt4j.core.alarm;

/** What a run may be warned of. */
public enum Alarm {
    /** The rollouts of a group become the same: exploration ends. */
    ENTROPY_COLLAPSE,
    /** Completions become short: the policy stops to think. */
    LENGTH_COLLAPSE,
    /** Completions lose the form in which a prediction can be found. */
    BOX_RATE_DROP,
    /** Few groups have different rewards, and only those teach. */
    LIVE_GROUP_STARVATION,
    /** Sampler and trainer nearly disagree as much as ends the run. */
    LOG_PROB_GAP,
    /** A gradient is far larger than those before it. */
    GRADIENT_SPIKE
}
