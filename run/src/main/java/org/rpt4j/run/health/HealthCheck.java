package org.rpt4j.run.health;

/** What is checked in every step of a run, named by what it warns of. */
public enum HealthCheck {
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
