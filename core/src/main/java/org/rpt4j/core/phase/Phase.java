package org.rpt4j.core.phase;

/** The phases of Reinforcement Pre-Training. */
public enum Phase {
    /** The proxy scores documents. */
    SCORE,
    /** The policy samples rollouts. */
    ROLLOUT,
    /** Predictions are extracted and judged. */
    VERIFY,
    /** Forward, backward and optimizer step. */
    UPDATE,
    /** A checkpoint is saved. */
    CHECKPOINT
}
