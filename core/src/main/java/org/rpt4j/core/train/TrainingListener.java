package org.rpt4j.core.train;

/**
 * Observes a run: implement the methods of the events that you want. Called on the thread of the run, between calls to
 * the policy, so it may evaluate or save the policy; the run waits for it. What it throws does not reach the run: the
 * first failure of a listener is logged.
 */
public interface TrainingListener {

    /** Takes every event and calls the method of its kind; override it to see all of them in one place. */
    default void onEvent(TrainingEvent event) {
        event.deliverTo(this);
    }

    /** The run begins. */
    default void runStarted(TrainingEvent.RunStarted event) {}

    /** Dynamic sampling looked for mixed groups. */
    default void groupsRefilled(TrainingEvent.GroupsRefilled event) {}

    /** Dynamic sampling found fewer mixed groups than a step wants. */
    default void samplingStarved(TrainingEvent.SamplingStarved event) {}

    /** The rollouts of a step are sampled and judged. */
    default void rolloutsSampled(TrainingEvent.RolloutsSampled event) {}

    /** The memory did not suffice for a pass of training. */
    default void microBatchReduced(TrainingEvent.MicroBatchReduced event) {}

    /** Something went wrong with a batch. */
    default void batchFailed(TrainingEvent.BatchFailed event) {}

    /** A step of reinforcement changed the weights. */
    default void stepCompleted(TrainingEvent.StepCompleted event) {}

    /** A step of next-token training changed the weights. */
    default void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {}

    /** A step ended without an update. */
    default void stepSkipped(TrainingEvent.StepSkipped event) {}

    /** A metric was measured between two steps. */
    default void validated(TrainingEvent.Validated event) {}

    /** A checkpoint is safe. */
    default void checkpointSaved(TrainingEvent.CheckpointSaved event) {}

    /** A checkpoint could not be saved. */
    default void checkpointFailed(TrainingEvent.CheckpointFailed event) {}

    /** The run waits. */
    default void runPaused(TrainingEvent.RunPaused event) {}

    /** The run goes on. */
    default void runResumed(TrainingEvent.RunResumed event) {}

    /** The run ended, by itself or by cancellation. */
    default void runCompleted(TrainingEvent.RunCompleted event) {}

    /** The run failed. */
    default void runFailed(TrainingEvent.RunFailed event) {}
}
