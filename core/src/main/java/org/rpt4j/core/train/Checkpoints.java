package org.rpt4j.core.train;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * When a run saves: after so many steps, after so much time, whichever comes first, and once when it ends other than by
 * a failure. If the previous checkpoint is still being written in the background, the next one starts after the step in
 * which that finishes.
 *
 * @param everySteps steps between two checkpoints; 0 for no limit on steps
 * @param interval wall-clock time between the beginnings of two checkpoints; zero for no limit on time
 * @param action saves a checkpoint
 * @param toleratedFailures consecutive checkpoints that may fail without ending the run, for example on a full disk;
 *     the one at the end must succeed
 * @since 0.1.0
 */
public record Checkpoints(long everySteps, Duration interval, Action action, int toleratedFailures) {

    /** Never. */
    public static final Checkpoints NONE = new Checkpoints(0, Action.NONE);

    public Checkpoints {
        if (everySteps < 0) {
            throw new IllegalArgumentException("everySteps is " + everySteps + ", must not be negative");
        }
        if (interval.isNegative()) {
            throw new IllegalArgumentException("interval is " + interval + ", must not be negative");
        }
        if (toleratedFailures < 0) {
            throw new IllegalArgumentException("toleratedFailures is " + toleratedFailures + ", must not be negative");
        }
    }

    /** Checkpoints by steps alone. */
    public Checkpoints(long everySteps, Action action, int toleratedFailures) {
        this(everySteps, Duration.ZERO, action, toleratedFailures);
    }

    /** Checkpoints by steps alone that tolerate no failure. */
    public Checkpoints(long everySteps, Action action) {
        this(everySteps, action, 0);
    }

    /** Whether a checkpoint is due before a step, so long after the beginning of the previous one or of the run. */
    boolean isDue(long nextStep, long nanosSinceLast) {
        return everySteps > 0 && nextStep % everySteps == 0
                || !interval.isZero() && nanosSinceLast >= interval.toNanos();
    }

    /**
     * Saves a checkpoint that a run can continue from. Called on the run's thread, between steps.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Action {

        /** Saves nothing. */
        Action NONE = blocking(state -> {});

        /**
         * Copies everything that the next step may change, and saves it immediately or in the background. Called again only
         * after the future is done.
         *
         * @param state the state to continue from, besides the weights and the optimizer state
         * @return a future that completes once the checkpoint is saved, exceptionally if it could not be saved
         */
        Future<?> save(TrainerState state);

        /**
         * Creates an action that saves before it returns, for instance with {@link org.rpt4j.api.TrainablePolicy#save} and
         * {@link org.rpt4j.api.Optimizer#saveState}.
         *
         * @param saving saves the checkpoint; an exception from it counts as a failed checkpoint
         */
        static Action blocking(Consumer<TrainerState> saving) {
            return state -> {
                try {
                    saving.accept(state);
                    return CompletableFuture.completedFuture(null);
                } catch (RuntimeException | OutOfMemoryError e) {
                    return CompletableFuture.failedFuture(e);
                }
            };
        }
    }
}
