package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.rollout.FailedBatch;
import org.rpt4j.core.rollout.GradedGroup;

/** What a training run tells its listeners, in this order: started, the events of each step, completed or failed. */
public sealed interface TrainingEvent {

    /** Calls the method of a listener that takes this kind of event. */
    void deliverTo(TrainingListener listener);

    /** Whether it tells of a step that is under way; its completion or its skip comes later. */
    default boolean isWithinStep() {
        return false;
    }

    /**
     * The run begins.
     *
     * @param startStep first step
     * @param steps step to stop before
     * @param objective name of what is optimised
     * @param model the model that is trained
     */
    record RunStarted(long startStep, long steps, String objective, ModelDescription model) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runStarted(this);
        }
    }

    /**
     * The rollouts of a step are sampled and judged; no update has been made from them. Comes before the completion or
     * the skip of the step, so that both can be understood.
     *
     * @param step number of the step
     * @param groups every rollout with its prediction and verdict
     * @param rollouts metrics of the rollouts
     * @param metrics metrics of the groups
     */
    record RolloutsSampled(long step, List<GradedGroup> groups, RolloutMetrics rollouts, GroupMetrics metrics)
            implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.rolloutsSampled(this);
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * Dynamic sampling looked for mixed groups. Comes before {@link RolloutsSampled} of the same step.
     *
     * @param step number of the step
     * @param metrics what it found
     */
    record GroupsRefilled(long step, RefillMetrics metrics) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.groupsRefilled(this);
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * Dynamic sampling spent its budget and found fewer mixed groups than a step wants, or none. The step
     * learns from those that it found. Comes after {@link GroupsRefilled}.
     *
     * @param step number of the step
     * @param metrics what it found, and for how many steps in a row it has been too little
     */
    record SamplingStarved(long step, RefillMetrics metrics) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.samplingStarved(this);
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * A step of reinforcement changed the weights.
     *
     * @param metrics everything measured
     * @param progress steps of this run
     */
    record StepCompleted(StepMetrics metrics, Progress progress) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.stepCompleted(this);
        }
    }

    /**
     * A step of next-token training changed the weights.
     *
     * @param metrics everything measured
     * @param progress steps of this run
     */
    record SupervisedStepCompleted(SupervisedMetrics metrics, Progress progress) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.supervisedStepCompleted(this);
        }
    }

    /**
     * A step ended without an update.
     *
     * @param step number of the step
     * @param reason why
     * @param progress steps of this run
     */
    record StepSkipped(long step, SkipReason reason, Progress progress) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.stepSkipped(this);
        }
    }

    /**
     * Something went wrong with a batch: numbers that are not finite, or an error of the backend. Comes before the skip
     * of the step or the failure of the run.
     *
     * @param step number of the step
     * @param batch the batch, and what was seen
     */
    record BatchFailed(long step, FailedBatch batch) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.batchFailed(this);
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * The memory did not suffice for a pass of training. The update is made again with smaller passes, which changes
     * its result by rounding alone, and so are all later ones. At most once in a run.
     *
     * @param step number of the step
     * @param tokens of the largest pass that was tried
     * @param reducedTokens most tokens of a pass from now on
     */
    record MicroBatchReduced(long step, int tokens, int reducedTokens) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.microBatchReduced(this);
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * A metric was measured between two steps.
     *
     * @param step the step before it
     * @param metric its name
     * @param value the metric of the present weights
     * @param bestStep the step after which it was best; -1 if it never was a number
     * @param best its value then
     */
    record Validated(long step, String metric, double value, long bestStep, double best) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.validated(this);
        }
    }

    /**
     * A checkpoint is safe. One that is written in the background is told of after the step during which that was done.
     *
     * @param nextStep the step to continue from
     */
    record CheckpointSaved(long nextStep) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.checkpointSaved(this);
        }
    }

    /**
     * A checkpoint could not be saved. The run goes on if {@link Checkpoints#toleratedFailures} allows it.
     *
     * @param nextStep the step that it was to continue from
     * @param error why
     * @param failures how many have failed in a row, this one included
     */
    record CheckpointFailed(long nextStep, Throwable error, int failures) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.checkpointFailed(this);
        }
    }

    /**
     * The run waits to be resumed or cancelled.
     *
     * @param nextStep the step that comes next
     */
    record RunPaused(long nextStep) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runPaused(this);
        }
    }

    /**
     * The run goes on.
     *
     * @param nextStep the step that comes next
     */
    record RunResumed(long nextStep) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runResumed(this);
        }
    }

    /**
     * The run ended, by itself or by cancellation.
     *
     * @param result what {@code run()} returns
     */
    record RunCompleted(TrainingResult result) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runCompleted(this);
        }
    }

    /**
     * The run failed.
     *
     * @param step the step in which it failed
     * @param error what {@code run()} throws
     */
    record RunFailed(long step, Throwable error) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runFailed(this);
        }
    }
}
