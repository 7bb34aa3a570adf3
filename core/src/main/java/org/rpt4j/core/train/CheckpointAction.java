package org.rpt4j.core.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Saves a checkpoint that a run can continue from. Called on the run's thread, between steps.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CheckpointAction {

    /** Saves nothing. */
    CheckpointAction NONE = blocking(state -> {});

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
    static CheckpointAction blocking(Consumer<TrainerState> saving) {
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
