package org.rpt4j.core.objective;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;

/**
 * The loss of one sampled token and its derivative with respect to the log ratio: the clipped surrogate -w min(rho A,
 * clip(rho, 1 - low, 1 + high) A) with rho = p / p_old (Schulman et al. 2017, arXiv 1707.06347), an optional second
 * clip for negative advantages (Ye et al. 2020, arXiv 1912.09729), an optional correction w for a sampler that differs
 * from the trainer, and an optional KL penalty towards a reference policy. The old log-probability, the advantage, the
 * correction and the reference are constants: no gradient flows through them.
 *
 * <p>Differences of log-probabilities are clamped to [-{@value #LOG_RATIO_LIMIT}, {@value #LOG_RATIO_LIMIT}] before any
 * exponential; outside this range the derivative is zero. A zero derivative is selected, never multiplied in, so an
 * overflow in an unused branch cannot become NaN. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class PolicyLoss {

    public static final Setting<ImportanceRatio> RATIO = Setting.<ImportanceRatio>of("ratio", ImportanceRatio.class)
            .says("Whether the ratio to the old policy is that of a token or of a completion.")
            .after("Zheng et al. 2025, arXiv 2507.18071")
            .or(ImportanceRatio.TOKEN);

    public static final Setting<Double> CLIP_LOW = Setting.real(
                    "clip-low", Range.above(0).upTo(Double.POSITIVE_INFINITY))
            .says("How far the ratio may fall below 1 before a token has no gradient; infinity turns the clip"
                    + " off.")
            .after("Schulman et al. 2017, arXiv 1707.06347; the paper's \"gradient clip 0.2\" is read as this")
            .or(0.2);

    public static final Setting<Double> CLIP_HIGH = Setting.real(
                    "clip-high", Range.above(0).upTo(Double.POSITIVE_INFINITY))
            .says("How far the ratio may rise above 1; infinity turns the clip off.")
            .after("arXiv 1707.06347; clip-higher: Yu et al. 2025, arXiv 2503.14476")
            .or(0.2);

    public static final Setting<Double> DUAL_CLIP = Setting.real(
                    "dual-clip", Range.above(1).upTo(Double.POSITIVE_INFINITY))
            .says("The most that the ratio counts for with a negative advantage; infinity turns this second"
                    + " clip off.")
            .after("Ye et al. 2020, arXiv 1912.09729: 3")
            .or(Double.POSITIVE_INFINITY);

    public static final Setting<Double> IMPORTANCE_CAP = Setting.real(
                    "importance-cap", Range.atLeast(0).upTo(Double.POSITIVE_INFINITY))
            .says("Cap of truncated importance sampling, for a sampler that differs from the trainer; 0 turns"
                    + " the correction off.")
            .after("Espeholt et al. 2018, arXiv 1802.01561; Ionides 2008")
            .or(0.0);

    public static final Setting<Double> PROBABILITY_WEIGHT = Setting.real(
                    "probability-weight", Range.atLeast(0).upTo(1))
            .says("How much the advantage of a token counts by its probability, so that rare tokens do not dominate the"
                    + " gradient; 0 counts all tokens alike.")
            .after("alpha: Yang et al. 2025, arXiv 2505.12929: 0.3")
            .or(0.0);

    public static final Setting<Double> ISOLATION_THRESHOLD = Setting.real(
                    "isolation-threshold", Range.atLeast(0).below(1))
            .says(
                    "Tokens less likely than this are learned in an optimizer step of their own, before the others; 0 learns"
                            + " all tokens together.")
            .after("eta: Yang et al. 2025, arXiv 2505.12929: 0.5")
            .or(0.0);

    public static final Setting<Double> ENTROPY_WEIGHT = Setting.real("entropy-weight", Range.atLeast(0))
            .says("Weight of a bonus for the entropy of the policy where its rollouts have none; 0 turns it off.")
            .after("Mnih et al. 2016, arXiv 1602.01783; with a target: He et al. 2025, arXiv 2505.22312")
            .or(0.0);

    public static final Setting<Double> ENTROPY_TARGET = Setting.real(
                    "entropy-target", Range.above(0).upTo(Double.POSITIVE_INFINITY))
            .says(
                    "Entropy per token at which the bonus ends; below it the bonus grows in proportion to what is missing."
                            + " Infinity keeps the whole bonus at all times.")
            .in("nats")
            .or(Double.POSITIVE_INFINITY);

    public static final Setting<Double> KL_WEIGHT = Setting.real("kl-weight", Range.atLeast(0))
            .says("Weight of the penalty for leaving the reference model; 0 turns it off.")
            .after("section 3.3: 0")
            .or(0.0);

    public static final Setting<KlEstimate> KL_ESTIMATE = Setting.<KlEstimate>of("kl-estimate", KlEstimate.class)
            .says("How the divergence from the reference is estimated.")
            .after("Schulman 2020, Approximating KL Divergence")
            .or(KlEstimate.K3);

    public static final Setting<Double> KL_FINAL_SHARE = Setting.real("kl-final-share", Range.between(0, 1))
            .says("Share of the weight of the penalty that is left after the last step; it falls linearly.")
            .after("Xu et al. 2025, arXiv 2506.02208: from 5e-3 to 1e-3")
            .or(1.0);

    public static final Setting<Boolean> KL_MISSES_ONLY = Setting.of("kl-misses-only", Boolean.class)
            .says("Whether rollouts that were right have no penalty, so that a teacher corrects only what was wrong.")
            .after("Xu et al. 2025, arXiv 2506.02208")
            .or(false);

    public static final Setting<Long> KL_RESET_STEPS = Setting.wholeLong("kl-reset-steps", Range.atLeast(0))
            .says("Steps after which the present policy becomes the reference and the moments of the optimizer are"
                    + " cleared; 0 keeps the reference.")
            .in("steps")
            .after("Liu et al. 2025, arXiv 2505.24864")
            .or(0L);

    /** Bound of every difference of log-probabilities, in nats. */
    public static final double LOG_RATIO_LIMIT = 20;

    /** Importance-weighted policy gradient without a clip: -rho A. When exactly on-policy, this is REINFORCE. */
    public static final PolicyLoss UNCLIPPED = clipped(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    private final ImportanceRatio ratio;
    private final double clipLow;
    private final double clipHigh;
    private final double dualClip;
    private final double importanceCap;
    private final double probabilityWeight;
    private final double isolationThreshold;
    private final double entropyWeight;
    private final double entropyTarget;
    private final double klWeight;
    private final KlEstimate klEstimate;
    private final double klFinalShare;
    private final boolean klMissesOnly;
    private final long klResetSteps;

    private PolicyLoss(Builder builder) {
        this.ratio = builder.ratio;
        this.clipLow = builder.clipLow;
        this.clipHigh = builder.clipHigh;
        this.dualClip = builder.dualClip;
        this.importanceCap = builder.importanceCap;
        this.probabilityWeight = builder.probabilityWeight;
        this.isolationThreshold = builder.isolationThreshold;
        this.entropyWeight = builder.entropyWeight;
        this.entropyTarget = builder.entropyTarget;
        this.klWeight = builder.klWeight;
        this.klEstimate = builder.klEstimate;
        this.klFinalShare = builder.klFinalShare;
        this.klMissesOnly = builder.klMissesOnly;
        this.klResetSteps = builder.klResetSteps;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Clipped per token to [1 - low, 1 + high]; no second clip, no correction, no penalty. */
    public static PolicyLoss clipped(double low, double high) {
        return builder().clipLow(low).clipHigh(high).build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Whether rho is per token or per completion. */
    public ImportanceRatio ratio() {
        return ratio;
    }

    /** How far the ratio may fall below 1; infinity for no clip. */
    public double clipLow() {
        return clipLow;
    }

    /** How far the ratio may rise above 1; infinity for no clip. */
    public double clipHigh() {
        return clipHigh;
    }

    /** Maximum ratio for a negative advantage, above 1; infinity for no second clip. */
    public double dualClip() {
        return dualClip;
    }

    /**
     * C of truncated importance sampling, w = min(p_old / p_sampler, C), where p_old is the trainer's own probability
     * before the first update on the rollouts; 0 turns it off: p_old is then the sampler's probability and w is 1. For
     * a sampler whose probabilities differ from the trainer's, or whose weights are older; 2 is common, infinity
     * corrects fully (Espeholt et al. 2018, arXiv 1802.01561; Ionides 2008).
     */
    public double importanceCap() {
        return importanceCap;
    }

    /** Alpha of {@link #reweighted}; 0 for none. */
    public double probabilityWeight() {
        return probabilityWeight;
    }

    /**
     * Eta of low-probability token isolation: an update is an optimizer step over the tokens that were sampled with less
     * than this probability, then one over the others (Yang et al. 2025, arXiv 2505.12929); 0 for a single step.
     */
    public double isolationThreshold() {
        return isolationThreshold;
    }

    /** Weight of the entropy bonus while rollouts have no entropy at all; 0 for none. */
    public double entropyWeight() {
        return entropyWeight;
    }

    /** Entropy per token in nats at which the bonus ends; infinity if it never does. */
    public double entropyTarget() {
        return entropyTarget;
    }

    /**
     * The weight of the bonus for rollouts with this mean entropy per token in nats: the share of the target that is
     * missing, times {@link #entropyWeight}. It follows from the rollouts of the step and needs no memory.
     */
    public double entropyWeightAt(double entropy) {
        return entropyTarget == Double.POSITIVE_INFINITY
                ? entropyWeight
                : entropyWeight * Math.max(0, Math.min(1, 1 - entropy / entropyTarget));
    }

    /**
     * The entropy bonus of a sampled token as a loss, w (log p)^2 / 2: over samples of the policy its mean gradient is
     * that of -w H, since a backend gives the gradients of sampled tokens only.
     */
    public double entropyLoss(double logProb) {
        return entropyWeight * logProb * logProb / 2;
    }

    /** Beta, the weight of the penalty; 0 for none. */
    public double klWeight() {
        return klWeight;
    }

    /** How the KL divergence is estimated. */
    public KlEstimate klEstimate() {
        return klEstimate;
    }

    /** Share of {@link #klWeight} that is left after the last step of a run; 1 for a constant weight. */
    public double klFinalShare() {
        return klFinalShare;
    }

    /** Whether the penalty leaves out rollouts whose prediction was right. */
    public boolean klMissesOnly() {
        return klMissesOnly;
    }

    /** Steps after which the reference becomes the present policy; 0 for a reference that stays. */
    public long klResetSteps() {
        return klResetSteps;
    }

    /** The surrogate loss of a token at log rho, before the correction. */
    public double value(double logRatio, double advantage) {
        double rho = Math.exp(clamp(logRatio));
        double clipped = Math.max(1 - clipLow, Math.min(1 + clipHigh, rho));
        double loss = Math.max(-rho * advantage, -clipped * advantage);
        return advantage < 0 ? Math.min(loss, -dualClip * advantage) : loss;
    }

    /** d value / d log rho. */
    public double weight(double logRatio, double advantage) {
        return isFlat(logRatio, advantage) ? 0 : -Math.exp(logRatio) * advantage;
    }

    /** Whether the token has no gradient: beyond a clip or the clamp (but not on an edge), or with zero advantage. */
    public boolean isFlat(double logRatio, double advantage) {
        if (Math.abs(logRatio) > LOG_RATIO_LIMIT || advantage == 0) {
            return true;
        }
        double rho = Math.exp(logRatio);
        return advantage > 0 ? rho > 1 + clipHigh : rho < 1 - clipLow || rho > dualClip;
    }

    /** Whether {@link #correction} applies; the old log-probabilities are then the trainer's. */
    public boolean correctsSampler() {
        return importanceCap > 0;
    }

    /** w at log p_old - log p_sampler: how much more likely a token or completion is under the trainer, at most C. */
    public double correction(double logRatio) {
        return correctsSampler() ? Math.min(Math.exp(clamp(logRatio)), importanceCap) : 1;
    }

    /**
     * The advantage of a token with this old log-probability, (alpha p_old + 1 - alpha) A, since the gradient of a token
     * grows with 1 - p (Yang et al. 2025, arXiv 2505.12929).
     */
    public double reweighted(double advantage, double oldLogProb) {
        return (probabilityWeight * Math.exp(oldLogProb) + 1 - probabilityWeight) * advantage;
    }

    /** The KL penalty of a token: beta times the estimated divergence from the reference. */
    public double penalty(double logProb, double referenceLogProb) {
        return klWeight * klEstimate.value(clamp(logProb - referenceLogProb));
    }

    /** d penalty / d logProb. */
    public double penaltyWeight(double logProb, double referenceLogProb) {
        double difference = logProb - referenceLogProb;
        return Math.abs(difference) > LOG_RATIO_LIMIT ? 0 : klWeight * klEstimate.derivative(difference);
    }

    private static double clamp(double difference) {
        return Math.max(-LOG_RATIO_LIMIT, Math.min(LOG_RATIO_LIMIT, difference));
    }

    private static void requireAbove(String what, double value, double bound) {
        if (!(value > bound)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be above " + bound);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyLoss that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "PolicyLoss" + values();
    }

    private List<Assigned> values() {
        return List.of(
                RATIO.is(ratio),
                CLIP_LOW.is(clipLow),
                CLIP_HIGH.is(clipHigh),
                DUAL_CLIP.is(dualClip),
                IMPORTANCE_CAP.is(importanceCap),
                PROBABILITY_WEIGHT.is(probabilityWeight),
                ISOLATION_THRESHOLD.is(isolationThreshold),
                ENTROPY_WEIGHT.is(entropyWeight),
                ENTROPY_TARGET.is(entropyTarget),
                KL_WEIGHT.is(klWeight),
                KL_ESTIMATE.is(klEstimate),
                KL_FINAL_SHARE.is(klFinalShare),
                KL_MISSES_ONLY.is(klMissesOnly),
                KL_RESET_STEPS.is(klResetSteps));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private ImportanceRatio ratio = RATIO.byDefault();
        private double clipLow = CLIP_LOW.byDefault();
        private double clipHigh = CLIP_HIGH.byDefault();
        private double dualClip = DUAL_CLIP.byDefault();
        private double importanceCap = IMPORTANCE_CAP.byDefault();
        private double probabilityWeight = PROBABILITY_WEIGHT.byDefault();
        private double isolationThreshold = ISOLATION_THRESHOLD.byDefault();
        private double entropyWeight = ENTROPY_WEIGHT.byDefault();
        private double entropyTarget = ENTROPY_TARGET.byDefault();
        private double klWeight = KL_WEIGHT.byDefault();
        private KlEstimate klEstimate = KL_ESTIMATE.byDefault();
        private double klFinalShare = KL_FINAL_SHARE.byDefault();
        private boolean klMissesOnly = KL_MISSES_ONLY.byDefault();
        private long klResetSteps = KL_RESET_STEPS.byDefault();

        private Builder() {}

        private Builder(PolicyLoss values) {
            this.ratio = values.ratio;
            this.clipLow = values.clipLow;
            this.clipHigh = values.clipHigh;
            this.dualClip = values.dualClip;
            this.importanceCap = values.importanceCap;
            this.probabilityWeight = values.probabilityWeight;
            this.isolationThreshold = values.isolationThreshold;
            this.entropyWeight = values.entropyWeight;
            this.entropyTarget = values.entropyTarget;
            this.klWeight = values.klWeight;
            this.klEstimate = values.klEstimate;
            this.klFinalShare = values.klFinalShare;
            this.klMissesOnly = values.klMissesOnly;
            this.klResetSteps = values.klResetSteps;
        }

        public Builder ratio(ImportanceRatio ratio) {
            this.ratio = RATIO.check(ratio);
            return this;
        }

        public Builder clipLow(double clipLow) {
            this.clipLow = CLIP_LOW.check(clipLow);
            return this;
        }

        public Builder clipHigh(double clipHigh) {
            this.clipHigh = CLIP_HIGH.check(clipHigh);
            return this;
        }

        public Builder dualClip(double dualClip) {
            this.dualClip = DUAL_CLIP.check(dualClip);
            return this;
        }

        public Builder importanceCap(double importanceCap) {
            this.importanceCap = IMPORTANCE_CAP.check(importanceCap);
            return this;
        }

        public Builder probabilityWeight(double probabilityWeight) {
            this.probabilityWeight = PROBABILITY_WEIGHT.check(probabilityWeight);
            return this;
        }

        public Builder isolationThreshold(double isolationThreshold) {
            this.isolationThreshold = ISOLATION_THRESHOLD.check(isolationThreshold);
            return this;
        }

        public Builder entropyWeight(double entropyWeight) {
            this.entropyWeight = ENTROPY_WEIGHT.check(entropyWeight);
            return this;
        }

        public Builder entropyTarget(double entropyTarget) {
            this.entropyTarget = ENTROPY_TARGET.check(entropyTarget);
            return this;
        }

        public Builder klWeight(double klWeight) {
            this.klWeight = KL_WEIGHT.check(klWeight);
            return this;
        }

        public Builder klEstimate(KlEstimate klEstimate) {
            this.klEstimate = KL_ESTIMATE.check(klEstimate);
            return this;
        }

        public Builder klFinalShare(double klFinalShare) {
            this.klFinalShare = KL_FINAL_SHARE.check(klFinalShare);
            return this;
        }

        public Builder klMissesOnly(boolean klMissesOnly) {
            this.klMissesOnly = KL_MISSES_ONLY.check(klMissesOnly);
            return this;
        }

        public Builder klResetSteps(long klResetSteps) {
            this.klResetSteps = KL_RESET_STEPS.check(klResetSteps);
            return this;
        }

        /**
         * Builds the value.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public PolicyLoss build() {
            new Conflicts()
                    .when(
                            ratio == ImportanceRatio.SEQUENCE && probabilityWeight > 0,
                            "with one ratio per completion its tokens share one loss, and none counts more than another."
                                    + " Use the ratio TOKEN, or a probability weight of 0.",
                            RATIO.is(ratio),
                            PROBABILITY_WEIGHT.is(probabilityWeight))
                    .when(
                            ratio == ImportanceRatio.SEQUENCE && isolationThreshold > 0,
                            "with one ratio per completion its tokens share one loss, which cannot be divided between two"
                                    + " steps. Use the ratio TOKEN, or an isolation threshold of 0.",
                            RATIO.is(ratio),
                            ISOLATION_THRESHOLD.is(isolationThreshold))
                    .refuse();
            return new PolicyLoss(this);
        }
    }
}
