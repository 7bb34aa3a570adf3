package org.rpt4j.core.phase;

import java.util.Locale;

/**
 * The phases of Reinforcement Pre-Training. Each has one name, used in code, JFR events, meters and recorded metrics.
 *
 * @since 0.1.0
 */
public enum Phase {
    /** The proxy scores documents. */
    SCORING,
    /** The policy samples rollouts. */
    ROLLOUT,
    /** Predictions are extracted and judged. */
    REWARD,
    /** Forward, backward and optimizer step. */
    UPDATE,
    /** A checkpoint is saved. */
    CHECKPOINT;

    /** The name in lower case, as used in metrics and tags. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
