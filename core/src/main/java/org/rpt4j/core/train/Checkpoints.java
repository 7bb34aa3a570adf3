package org.rpt4j.core.train;

/**
 * When a run saves: after every so many steps, and once when it ends in any way but a failure.
 *
 * @param everySteps steps between two checkpoints; 0 for the one at the end alone. While an earlier one is still being
 *     written in the background, the next one waits for the step after which that is done.
 * @param action what saves
 * @param toleratedFailures checkpoints in a row that may fail without ending the run, such as on a full disk; the one
 *     at the end has to succeed
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

    /** Checkpoints the first of which that fails ends the run. */
    public Checkpoints(long everySteps, CheckpointAction action) {
        this(everySteps, action, 0);
    }

    boolean isDue(long nextStep) {
        return everySteps > 0 && nextStep % everySteps == 0;
    }
}
