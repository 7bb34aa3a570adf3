package org.rpt4j.core.train;

/**
 * When a run saves: every {@code everySteps} steps, and once when it ends other than by a failure.
 *
 * @param everySteps steps between two checkpoints; 0 saves only at the end. If the previous checkpoint is still being
 *     written in the background, the next one starts after the step in which that finishes.
 * @param action saves a checkpoint
 * @param toleratedFailures consecutive checkpoints that may fail without ending the run, for example on a full disk;
 *     the one at the end must succeed
 * @since 0.1.0
 */
public record Checkpoints(long everySteps, CheckpointAction action, int toleratedFailures) {

    /** Never. */
    public static final Checkpoints NONE = new Checkpoints(0, CheckpointAction.NONE);

    public Checkpoints {
        if (everySteps < 0) {
            throw new IllegalArgumentException("everySteps is " + everySteps + ", must not be negative");
        }
        if (toleratedFailures < 0) {
            throw new IllegalArgumentException("toleratedFailures is " + toleratedFailures + ", must not be negative");
        }
    }

    /** Checkpoints that tolerate no failure. */
    public Checkpoints(long everySteps, CheckpointAction action) {
        this(everySteps, action, 0);
    }

    boolean isDue(long nextStep) {
        return everySteps > 0 && nextStep % everySteps == 0;
    }
}
