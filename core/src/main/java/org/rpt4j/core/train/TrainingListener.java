package org.rpt4j.core.train;

/**
 * Observes a run: implement the methods of the events that you need. Called on the run's thread, between calls to the
 * policy, so it may evaluate or save the policy; the run waits for it. Its exceptions do not reach the run; the first
 * failure of a listener is logged.
 *
 * @since 0.1.0
 */
public interface TrainingListener {

    /** Receives every event and calls the method for its type; override it to handle all events in one place. */
    default void onEvent(TrainingEvent event) {
        event.deliverTo(this);
    }

    /** The run starts. */
    default void runStarted(TrainingEvent.RunStarted event) {}

    /** Dynamic sampling has searched for mixed groups. */
    default void groupsRefilled(TrainingEvent.GroupsRefilled event) {}

    /** Dynamic sampling found fewer mixed groups than the step needs. */
    default void samplingStarved(TrainingEvent.SamplingStarved event) {}

    /** The rollouts of a step are sampled and judged. */
    default void rolloutsSampled(TrainingEvent.RolloutsSampled event) {}

    /** A training pass ran out of memory and is repeated with smaller passes. */
    default void microBatchReduced(TrainingEvent.MicroBatchReduced event) {}

    /** A batch failed. */
    default void batchFailed(TrainingEvent.BatchFailed event) {}

    /** A step of reinforcement changed the weights. */
    default void stepCompleted(TrainingEvent.StepCompleted event) {}

    /** A step of next-token training changed the weights. */
    default void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {}

    /** A step ended without an update. */
    default void stepSkipped(TrainingEvent.StepSkipped event) {}

    /** A metric was measured between two steps. */
    default void validated(TrainingEvent.Validated event) {}

    /** A checkpoint is saved. */
    default void checkpointSaved(TrainingEvent.CheckpointSaved event) {}

    /** A checkpoint could not be saved. */
    default void checkpointFailed(TrainingEvent.CheckpointFailed event) {}

    /** The run is paused. */
    default void runPaused(TrainingEvent.RunPaused event) {}

    /** The run continues after a pause. */
    default void runResumed(TrainingEvent.RunResumed event) {}

    /** The run ended by itself or by cancellation. */
    default void runCompleted(TrainingEvent.RunCompleted event) {}

    /** The run failed. */
    default void runFailed(TrainingEvent.RunFailed event) {}
}
