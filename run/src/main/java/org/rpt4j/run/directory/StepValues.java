package org.rpt4j.run.directory;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rpt4j.api.RewardReason;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.SupervisedMetrics;
import org.rpt4j.core.train.UpdateMetrics;

/**
 * The names under which metrics are kept, in {@code metrics.jsonl} and for TensorBoard alike.
 *
 * @since 0.1.0
 */
public final class StepValues {

    public static final String REWARD = "reward/mean";
    public static final String HIT_RATE = "reward/hit_rate";
    public static final String ABSTAINED = "reward/abstained";
    /** Followed by the name of a {@link RewardReason}: share of judged rollouts. */
    public static final String REASON = "reason/";

    public static final String LIVE_SHARE = "groups/live_share";
    public static final String ALL_MISSED = "groups/all_missed_share";
    public static final String ALL_HIT = "groups/all_hit_share";
    public static final String ADVANTAGE = "groups/mean_absolute_advantage";
    /** Share of rollouts in which a prediction was found. */
    public static final String BOX_RATE = "rollouts/box_rate";
    /** Nats per sampled token. */
    public static final String ENTROPY = "rollouts/entropy";
    /** Tokens per completion. */
    public static final String LENGTH = "rollouts/length";

    public static final String TRUNCATED = "rollouts/truncated_share";
    /** Mixed groups that the step wanted, under dynamic sampling. */
    public static final String REFILL_WANTED = "refill/wanted";
    /** Mixed groups that it learned from. */
    public static final String REFILL_FOUND = "refill/found";
    /** Groups that were generated for it. */
    public static final String REFILL_GENERATED = "refill/generated";
    /** Mixed groups from earlier steps among them. */
    public static final String REFILL_CARRIED_IN = "refill/carried_in";
    /** Mixed groups kept for later steps. */
    public static final String REFILL_CARRIED_OUT = "refill/carried_out";
    /** Mixed groups that were thrown away. */
    public static final String REFILL_DROPPED = "refill/dropped";

    public static final String LOSS = "update/loss";
    public static final String GRADIENT_NORM = "update/gradient_norm";
    public static final String LEARNING_RATE = "update/learning_rate";
    /** Nats. */
    public static final String LOG_PROB_GAP = "update/log_prob_gap";

    public static final String CLIPPED = "update/clipped_share";
    /** Mean quotient of the probabilities of a token under the policy and its sampler. */
    public static final String SAMPLER_RATIO = "sampler/ratio";
    /** Share of tokens whose quotient the objective truncates. */
    public static final String SAMPLER_TRUNCATED = "sampler/truncated_share";
    /** KL divergence of the policy from its sampler per token, nats. */
    public static final String SAMPLER_DIVERGENCE = "sampler/kl";

    public static final String TOKENS_TRAINED = "update/tokens";
    public static final String ROLLOUT_SECONDS = seconds(Phase.ROLLOUT);
    public static final String REWARD_SECONDS = seconds(Phase.REWARD);
    public static final String UPDATE_SECONDS = seconds(Phase.UPDATE);
    /** Floating point operations since the run began, see {@link org.rpt4j.core.train.ComputeCost}. */
    public static final String COMPUTE = "compute/flops";

    /** Time that models took on the executors of a cluster during the step; only with a cluster. */
    public static final String EXECUTOR_SECONDS = "seconds/executors";

    private StepValues() {}

    private static String seconds(Phase phase) {
        return "seconds/" + phase.key();
    }

    static Map<String, Double> of(RolloutMetrics rollouts, GroupMetrics groups) {
        Map<String, Double> values = new LinkedHashMap<>();
        int judged = rollouts.rollouts() - rollouts.abstained();
        values.put(REWARD, rollouts.rewardMean());
        values.put(HIT_RATE, rollouts.hitRate());
        values.put(ABSTAINED, (double) rollouts.abstained());
        RewardReason.constants().forEach(reason -> values.put(REASON + reason, 0 / (double) judged));
        rollouts.reasons().forEach((reason, count) -> values.put(REASON + reason, (double) count / judged));
        values.put(LIVE_SHARE, groups.liveShare());
        values.put(ALL_MISSED, (double) groups.allMissed() / groups.total());
        values.put(ALL_HIT, (double) groups.allHit() / groups.total());
        values.put(ADVANTAGE, groups.meanAbsoluteAdvantage());
        values.put(BOX_RATE, rollouts.boxedShare());
        values.put(ENTROPY, rollouts.negativeLogProbMean());
        values.put(LENGTH, rollouts.completionTokensMean());
        values.put(TRUNCATED, rollouts.truncatedShare());
        return values;
    }

    static Map<String, Double> of(RolloutMetrics.RefillMetrics refill) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(REFILL_WANTED, (double) refill.wanted());
        values.put(REFILL_FOUND, (double) refill.found());
        values.put(REFILL_GENERATED, (double) refill.generated());
        values.put(REFILL_CARRIED_IN, (double) refill.carriedIn());
        values.put(REFILL_CARRIED_OUT, (double) refill.carriedOut());
        values.put(REFILL_DROPPED, (double) refill.dropped());
        return values;
    }

    static Map<String, Double> of(UpdateMetrics update, StepMetrics.PhaseSeconds seconds) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(LOSS, update.loss());
        values.put(GRADIENT_NORM, update.gradientNorm());
        values.put(LEARNING_RATE, update.learningRate());
        values.put(LOG_PROB_GAP, update.logProbGap());
        values.put(CLIPPED, update.clippedShare());
        update.sampler().ifPresent(sampler -> {
            values.put(SAMPLER_RATIO, sampler.meanRatio());
            values.put(SAMPLER_TRUNCATED, sampler.truncatedShare());
            values.put(SAMPLER_DIVERGENCE, sampler.divergence());
        });
        values.put(TOKENS_TRAINED, (double) update.tokensTrained());
        values.put(ROLLOUT_SECONDS, seconds.rollout());
        values.put(REWARD_SECONDS, seconds.reward());
        values.put(UPDATE_SECONDS, seconds.update());
        return values;
    }

    static Map<String, Double> of(SupervisedMetrics metrics) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(LOSS, metrics.loss());
        values.put(GRADIENT_NORM, metrics.gradientNorm());
        values.put(LEARNING_RATE, metrics.learningRate());
        values.put(TOKENS_TRAINED, (double) metrics.completionTokens());
        values.put(UPDATE_SECONDS, metrics.seconds());
        return values;
    }
}
