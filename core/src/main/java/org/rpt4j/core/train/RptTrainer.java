package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;

/**
 * Reinforcement Pre-Training: the policy thinks before it predicts the next tokens of a corpus, and gets a reward if
 * the prediction is correct (Dong et al. 2025, arXiv 2506.08007, Eq. 3 and 4).
 *
 * <p>A trainer runs once, on the thread that calls {@link #run()}, and starts no other threads. The caller opens and
 * closes the policy and the optimizer.
 *
 * @since 0.1.0
 */
public final class RptTrainer extends Trainer {

    private final GroupSupply supply;
    private final RolloutPhase rollouts;
    private final Grader grader;
    private final UpdatePhase updates;
    private final AbstentionGate abstentions;
    private final RptSettings settings;

    RptTrainer(
            GroupSupply supply,
            RolloutPhase rollouts,
            Grader grader,
            UpdatePhase updates,
            AbstentionGate abstentions,
            RptSettings settings,
            RunLoop loop) {
        super(loop);
        this.supply = supply;
        this.rollouts = rollouts;
        this.grader = grader;
        this.updates = updates;
        this.abstentions = abstentions;
        this.settings = settings;
    }

    /** Returns a new builder. */
    public static RptTrainerBuilder builder() {
        return new RptTrainerBuilder();
    }

    /** How often the policy was correct on each task so far, including earlier runs. Safe from any thread. */
    public PassRates passRates() {
        return supply.passRates();
    }

    @Override
    TrainerState.SupplyState supplyBefore(long step) {
        return supply.before(step);
    }

    @Override
    int passTokens() {
        return updates.passTokens();
    }

    /** One step of the algorithm. */
    @Override
    void step(long step) throws StepSkippedException {
        PhaseClock clock = new PhaseClock(step);

        // positions of the corpus, each an episode; with dynamic sampling, until enough groups are mixed
        StepGroups groups = supply.collect(step, batch -> judged(batch, step, clock));
        groups.refill().ifPresent(metrics -> emitRefill(step, metrics));
        abstentions.require(groups.sampled(), step);

        // A_i: how much better than its group
        LearningBatch learning = LearningBatch.of(groups.learned(), settings, step);
        RolloutMetrics rolloutMetrics = RolloutMetrics.of(groups.sampled());
        GroupMetrics groupMetrics = GroupMetrics.of(groups.sampled(), learning.meanAbsoluteAdvantage());
        loop.emit(new TrainingEvent.RolloutsSampled(step, groups.sampled(), rolloutMetrics, groupMetrics));
        loop.control().throwIfCancelled();

        // theta <- theta - update of the loss over all completion tokens
        UpdateMetrics update = clock.update(() -> updates.run(learning, step));

        loop.emit(new TrainingEvent.StepCompleted(
                new StepMetrics(step, rolloutMetrics, groupMetrics, update, clock.seconds()),
                loop.progressAfter(step)));
    }

    /** Samples rollouts for the contexts and judges them. */
    private List<GradedGroup> judged(List<PredictionTask> batch, long step, PhaseClock clock) {
        loop.control().throwIfCancelled();

        // o_i = (thought c_i, prediction y_i) ~ pi( . | x_<t), i = 1..G
        List<SampledGroup> sampled = clock.rollout(() -> rollouts.sample(batch, settings.samplingAt(step)));

        // r_i = 1 iff y_i is a prefix of x_>=t that ends where a token ends
        return clock.reward(() -> grader.grade(sampled));
    }

    private void emitRefill(long step, RolloutMetrics.RefillMetrics metrics) {
        loop.emit(new TrainingEvent.GroupsRefilled(step, metrics));
        if (metrics.starved()) {
            loop.emit(new TrainingEvent.SamplingStarved(step, metrics));
        }
    }
}
