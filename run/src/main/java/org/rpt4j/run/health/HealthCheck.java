package org.rpt4j.run.health;

/**
 * The checks made after every step of a run, named after what they warn of.
 *
 * @since 0.1.0
 */
public enum HealthCheck {
    /** The rollouts of a group become identical: exploration ends. */
    ENTROPY_COLLAPSE,
    /** Completions become short: the policy stops thinking. */
    LENGTH_COLLAPSE,
    /** Thoughts become shorter while the reward rises: it pays not to think. */
    THOUGHT_SHRINKAGE,
    /** Completions lose the format from which a prediction is extracted. */
    BOX_RATE_DROP,
    /** Few groups have differing rewards, and only those teach. */
    LIVE_GROUP_STARVATION,
    /** Sampler and trainer disagree by nearly as much as ends the run. */
    LOG_PROB_GAP,
    /** A gradient is far larger than the previous ones. */
    GRADIENT_SPIKE
}
