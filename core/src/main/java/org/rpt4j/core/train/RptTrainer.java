package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.CorpusException;

/**
 * Reinforcement Pre-Training: the policy thinks before it predicts the next tokens of a corpus, and is rewarded where
 * the prediction is right (Dong et al. 2025, arXiv 2506.08007, Eq. 3 and 4).
 *
 * <p>A trainer runs once, on the thread that calls {@link #run()}, and starts no other. The policy and the optimizer
 * belong to the caller, who opens and closes them.
 */
public final class RptTrainer {

    private final TaskSource tasks;
    private final RolloutPhase rollouts;
    private final Grader grader;
    private final UpdatePhase updates;
    private final RptSettings settings;
    private final RunLoop loop;

    RptTrainer(
            TaskSource tasks,
            RolloutPhase rollouts,
            Grader grader,
            UpdatePhase updates,
            RptSettings settings,
            RunLoop loop) {
        this.tasks = tasks;
        this.rollouts = rollouts;
        this.grader = grader;
        this.updates = updates;
        this.settings = settings;
        this.loop = loop;
    }

    /** Starts to build a trainer. */
    public static RptTrainerBuilder builder() {
        return new RptTrainerBuilder();
    }

    /**
     * Trains until the last step, or until cancelled. Interrupting the thread cancels too; its interrupt status is then
     * set when this returns.
     *
     * @throws org.rpt4j.api.error.NumericalException if sampler and trainer disagree, or more steps than allowed were
     *     skipped because something was not finite
     * @throws org.rpt4j.api.error.RewardException if the extractor or the verifier fails
     * @throws org.rpt4j.api.error.BackendFailureException if the policy breaks its contract
     * @throws CorpusException if the task source has no tasks
     * @throws IllegalStateException at a second call
     */
    public TrainingResult run() {
        return loop.run(this::step);
    }

    /** Ends the run before its next update. Safe from any thread, also before {@link #run()}; returns at once. */
    public void cancel() {
        loop.cancel();
    }

    /** One step of the algorithm. */
    private void step(long step) throws StepSkippedException {
        Stopwatch watch = new Stopwatch();

        // x_<t and x_>=t: positions of the corpus, each an episode
        List<PredictionTask> batch = tasksOf(step);

        // o_i = (thought c_i, prediction y_i) ~ pi( . | x_<t), i = 1..G
        List<SampledGroup> sampled = rollouts.sample(batch, settings.samplingAt(step));
        double sampling = watch.lap();

        // r_i = 1 iff y_i is a prefix of x_>=t that ends where a token ends
        List<GradedGroup> graded = grader.grade(sampled);
        double grading = watch.lap();

        // A_i: how much better than its group
        LearningBatch learning = LearningBatch.of(
                graded, settings.objective(), settings.truncation(), settings.sampling().maxTokens());
        RolloutMetrics metrics = RolloutMetrics.of(graded);
        GroupMetrics groups = GroupMetrics.of(graded, learning.meanAbsoluteAdvantage());
        loop.emit(new TrainingEvent.RolloutsSampled(step, graded, metrics, groups));
        loop.throwIfCancelled();

        // theta <- theta - update of the loss over all completion tokens
        UpdateMetrics update = updates.run(learning);

        PhaseSeconds seconds = new PhaseSeconds(sampling, grading, watch.lap());
        loop.emit(new TrainingEvent.StepCompleted(
                new StepMetrics(step, metrics, groups, update, seconds), loop.progressAfter(step)));
    }

    private List<PredictionTask> tasksOf(long step) {
        List<PredictionTask> batch = tasks.batch(step, settings.promptsPerStep());
        if (batch.isEmpty()) {
            throw new CorpusException("The task source has no tasks for step " + step + " (asked for "
                    + settings.promptsPerStep() + "). Loosen the selection or give it more text.");
        }
        return batch;
    }
}
