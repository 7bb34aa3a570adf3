package org.rpt4j.core.train;

/** Saves what a run can continue from. Called on the thread of the run, between steps; what it throws ends the run. */
@FunctionalInterface
public interface CheckpointAction {

    /** Saves nothing. */
    CheckpointAction NONE = nextStep -> {};

    /**
     * Saves, for instance with {@link org.rpt4j.api.TrainablePolicy#save} and {@link
     * org.rpt4j.api.Optimizer#saveState}.
     *
     * @param nextStep the step to continue from: {@code startStep} of a run that resumes this one
     */
    void save(long nextStep);
}
