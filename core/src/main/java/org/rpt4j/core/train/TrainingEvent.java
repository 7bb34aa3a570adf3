package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.rollout.FailedBatch;
import org.rpt4j.core.rollout.GradedGroup;

/**
 * The events of a training run, in this order: started, the events of each step, completed or failed.
 *
 * @since 0.1.0
 */
public sealed interface TrainingEvent {

    /** Calls the listener method for this type of event. */
    void deliverTo(TrainingListener listener);

    /** Whether the event belongs to a step in progress, whose completion or skip follows later. */
    default boolean isWithinStep() {
        return false;
    }

    /**
     * The run starts.
     *
     * @param startStep first step
     * @param steps step to stop before
     * @param objective name of the objective
     * @param model the trained model
     */
    record RunStarted(long startStep, long steps, String objective, ModelDescription model) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runStarted(this);
        }
    }

    /**
     * The rollouts of a step are sampled and judged; no update has been made from them yet. Precedes the completion or
     * the skip of the step, so that listeners can explain either.
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

        /** Counts the rollouts, which may have millions of tokens. */
        @Override
        public String toString() {
            int count =
                    groups.stream().mapToInt(group -> group.rollouts().size()).sum();
            return "RolloutsSampled[step " + step + ", " + count + " rollouts in " + groups.size() + " groups]";
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * Dynamic sampling has searched for mixed groups. Precedes {@link RolloutsSampled} of the same step.
     *
     * @param step number of the step
     * @param metrics metrics of the search
     */
    record GroupsRefilled(long step, RolloutMetrics.RefillMetrics metrics) implements TrainingEvent {
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
     * Dynamic sampling spent its budget and found fewer mixed groups than the step needs, or none. The step learns from
     * those it found. Follows {@link GroupsRefilled}.
     *
     * @param step number of the step
     * @param metrics metrics of the search, including the number of consecutive starved steps
     */
    record SamplingStarved(long step, RolloutMetrics.RefillMetrics metrics) implements TrainingEvent {
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
     * A batch failed: a number is not finite, or the backend threw an error. Precedes the skip of the step or the
     * failure of the run.
     *
     * @param step number of the step
     * @param batch the failed batch with the observed problem
     */
    record BatchFailed(long step, FailedBatch batch) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.batchFailed(this);
        }

        @Override
        public String toString() {
            return "BatchFailed[step " + step + ", " + batch.size() + ": " + batch.detail() + "]";
        }

        @Override
        public boolean isWithinStep() {
            return true;
        }
    }

    /**
     * A training pass ran out of memory. This update is repeated, and all later ones run, with smaller passes, which
     * changes results only by rounding. At most once per run.
     *
     * @param step number of the step
     * @param tokens tokens of the largest attempted pass
     * @param reducedTokens maximum number of tokens of a pass from now on
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
     * @param step the step before the measurement
     * @param metric name of the metric
     * @param value metric of the current weights
     * @param bestStep the step after which the metric was best; -1 if it was never a number
     * @param best best value
     */
    record Validated(long step, String metric, double value, long bestStep, double best) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.validated(this);
        }
    }

    /**
     * A checkpoint is saved. A background checkpoint is reported after the step in which it finished.
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
     * A checkpoint could not be saved. The run continues if {@link Checkpoints#toleratedFailures} allows it.
     *
     * @param nextStep the step that the checkpoint would have continued from
     * @param error the cause
     * @param failures number of consecutive failures, including this one
     */
    record CheckpointFailed(long nextStep, Throwable error, int failures) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.checkpointFailed(this);
        }
    }

    /**
     * The run is paused until it is resumed or cancelled.
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
     * The run continues after a pause.
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
     * The run ended by itself or by cancellation.
     *
     * @param result the result of {@code run()}
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
     * @param error the exception of {@code run()}
     */
    record RunFailed(long step, Throwable error) implements TrainingEvent {
        @Override
        public void deliverTo(TrainingListener listener) {
            listener.runFailed(this);
        }
    }
}
