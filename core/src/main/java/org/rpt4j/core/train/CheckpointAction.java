package org.rpt4j.core.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Saves what a run can continue from. Called on the thread of the run, between steps. */
@FunctionalInterface
public interface CheckpointAction {

    /** Saves nothing. */
    CheckpointAction NONE = blocking(state -> {});

    /**
     * Takes a copy of everything that the next step may change, and saves it now or in the background. Called again
     * only when the future is done.
     *
     * @param state what to continue from, beside the weights and the state of the optimizer
     * @return done when the checkpoint is safe; failed if it could not be saved
     */
    Future<?> save(TrainerState state);

    /**
     * Saves before it returns, for instance with {@link org.rpt4j.api.TrainablePolicy#save} and {@link
     * org.rpt4j.api.Optimizer#saveState}.
     *
     * @param saving what it throws is a failure to save
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
