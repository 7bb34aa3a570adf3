package org.rpt4j.core.train;

/**
 * When a run saves: after every so many steps, and once when it ends in any way but a failure.
 *
 * @param everySteps steps between two checkpoints; 0 for the one at the end alone
 * @param action what saves
 */
public record Checkpoints(long everySteps, CheckpointAction action) {

    /** Never. */
    public static final Checkpoints NONE = new Checkpoints(0, CheckpointAction.NONE);

    public Checkpoints {
        if (everySteps < 0) {
            throw new IllegalArgumentException("everySteps is " + everySteps + ", must not be negative");
        }
    }

    boolean isDue(long nextStep) {
        return everySteps > 0 && nextStep % everySteps == 0;
    }
}
