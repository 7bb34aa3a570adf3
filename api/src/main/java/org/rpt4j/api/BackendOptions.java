package org.rpt4j.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How a backend runs. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class BackendOptions {

    public static final Setting<Device> DEVICE = Setting.<Device>of("device", Device.class)
            .says("Where to compute. If the device is missing, the run fails; it is never replaced by another.")
            .or(Device.CPU);

    public static final Setting<Precision> PRECISION = Setting.<Precision>of("precision", Precision.class)
            .says("Arithmetic of forward and backward passes. Weights that are trained are 32-bit in both cases.")
            .or(Precision.FP32);

    public static final Setting<Integer> THREADS = Setting.whole("threads", Range.atLeast(0))
            .says("CPU threads of the engine; 0 leaves the choice to the engine. With more than one, the last"
                    + " bits of a sum may change.")
            .or(0);

    public static final Setting<Boolean> RECOMPUTE_ACTIVATIONS = Setting.<Boolean>of(
                    "recompute-activations", Boolean.class)
            .says("Trades time for memory in training: keeps only the input of each layer and computes the"
                    + " rest again.")
            .after("Chen et al. 2016, arXiv 1604.06174")
            .or(false);

    public static final Setting<Integer> MAX_SEQUENCES = Setting.whole("max-sequences", Range.atLeast(1))
            .says("Maximum number of sequences decoded at the same time: a bound on the memory of the KV" + " cache.")
            .in("sequences")
            .or(256);

    public static final Setting<FrozenWeights> FROZEN_WEIGHTS = Setting.<FrozenWeights>of(
                    "frozen-weights", FrozenWeights.class)
            .says("How the weights under an adapter are held. INT8 takes half the memory of BF16 and rounds the base"
                    + " model, so that the adapter fits the rounded one best.")
            .after("Dettmers et al. 2023, arXiv 2305.14314")
            .or(FrozenWeights.PRECISION);

    public static final Setting<Precision> MOMENTS = Setting.<Precision>of("moments", Precision.class)
            .says("How the optimizer holds its moments. BF16 halves their memory; they are rounded at random, which is"
                    + " right on average.")
            .or(Precision.FP32);

    public static final Setting<Boolean> LAYERWISE_UPDATES = Setting.<Boolean>of("layerwise-updates", Boolean.class)
            .says("Trades time for memory in training of all weights: keeps the gradient of one layer at a time, runs"
                    + " the backward pass once for the norm and once more to update each layer. The same result; a step"
                    + " must be a single pass.")
            .after("Lv et al. 2023, arXiv 2306.09782")
            .or(false);

    public static final Setting<RolloutPrecision> ROLLOUT_PRECISION = Setting.<RolloutPrecision>of(
                    "rollout-precision", RolloutPrecision.class)
            .says(
                    "What samples the rollouts of training. INT8 is faster and samples from rounded weights; the objective"
                            + " must correct for it. Evaluation and answers stay exact.")
            .after("Yao et al. 2025, Your Efficient RL Framework Secretly Brings You Off-Policy RL Training")
            .or(RolloutPrecision.EXACT);

    /** CPU, single precision, the engine's own thread count, 256 sequences. */
    public static final BackendOptions DEFAULTS = builder().build();

    private final Device device;
    private final Precision precision;
    private final int threads;
    private final boolean recomputeActivations;
    private final int maxSequences;
    private final FrozenWeights frozenWeights;
    private final Precision moments;
    private final boolean layerwiseUpdates;
    private final RolloutPrecision rolloutPrecision;

    private BackendOptions(Builder builder) {
        this.device = builder.device;
        this.precision = builder.precision;
        this.threads = builder.threads;
        this.recomputeActivations = builder.recomputeActivations;
        this.maxSequences = builder.maxSequences;
        this.frozenWeights = builder.frozenWeights;
        this.moments = builder.moments;
        this.layerwiseUpdates = builder.layerwiseUpdates;
        this.rolloutPrecision = builder.rolloutPrecision;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Where to compute. */
    public Device device() {
        return device;
    }

    /** Arithmetic of forward and backward passes. */
    public Precision precision() {
        return precision;
    }

    /**
     * CPU threads of the engine; 0 leaves the choice to the engine. An engine may have one setting for the whole
     * process and then rejects a second, different value.
     */
    public int threads() {
        return threads;
    }

    /**
     * Whether to trade time for memory in training: keep only the input of each layer and recompute the rest in the
     * backward pass.
     */
    public boolean recomputeActivations() {
        return recomputeActivations;
    }

    /** Maximum number of sequences decoded at the same time, which bounds the memory of the KV cache. */
    public int maxSequences() {
        return maxSequences;
    }

    /** How the weights under an adapter are held. */
    public FrozenWeights frozenWeights() {
        return frozenWeights;
    }

    /** How the optimizer holds its moments. */
    public Precision moments() {
        return moments;
    }

    /**
     * Whether to keep the gradient of one layer at a time and not that of the whole model: {@link Optimizer#step()}
     * runs the backward pass twice, for the norm and to update each layer. The result is the same, bit for bit. Every
     * update must come from a single backward pass, and train all weights.
     */
    public boolean layerwiseUpdates() {
        return layerwiseUpdates;
    }

    /** What samples the rollouts of training, see {@link TrainablePolicy#sampler()}. */
    public RolloutPrecision rolloutPrecision() {
        return rolloutPrecision;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BackendOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "BackendOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                DEVICE.is(device),
                PRECISION.is(precision),
                THREADS.is(threads),
                RECOMPUTE_ACTIVATIONS.is(recomputeActivations),
                MAX_SEQUENCES.is(maxSequences),
                FROZEN_WEIGHTS.is(frozenWeights),
                MOMENTS.is(moments),
                LAYERWISE_UPDATES.is(layerwiseUpdates),
                ROLLOUT_PRECISION.is(rolloutPrecision));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private Device device = DEVICE.byDefault();
        private Precision precision = PRECISION.byDefault();
        private int threads = THREADS.byDefault();
        private boolean recomputeActivations = RECOMPUTE_ACTIVATIONS.byDefault();
        private int maxSequences = MAX_SEQUENCES.byDefault();
        private FrozenWeights frozenWeights = FROZEN_WEIGHTS.byDefault();
        private Precision moments = MOMENTS.byDefault();
        private boolean layerwiseUpdates = LAYERWISE_UPDATES.byDefault();
        private RolloutPrecision rolloutPrecision = ROLLOUT_PRECISION.byDefault();

        private Builder() {}

        private Builder(BackendOptions values) {
            this.device = values.device;
            this.precision = values.precision;
            this.threads = values.threads;
            this.recomputeActivations = values.recomputeActivations;
            this.maxSequences = values.maxSequences;
            this.frozenWeights = values.frozenWeights;
            this.moments = values.moments;
            this.layerwiseUpdates = values.layerwiseUpdates;
            this.rolloutPrecision = values.rolloutPrecision;
        }

        public Builder device(Device device) {
            this.device = DEVICE.check(device);
            return this;
        }

        public Builder precision(Precision precision) {
            this.precision = PRECISION.check(precision);
            return this;
        }

        public Builder threads(int threads) {
            this.threads = THREADS.check(threads);
            return this;
        }

        public Builder recomputeActivations(boolean recomputeActivations) {
            this.recomputeActivations = RECOMPUTE_ACTIVATIONS.check(recomputeActivations);
            return this;
        }

        public Builder maxSequences(int maxSequences) {
            this.maxSequences = MAX_SEQUENCES.check(maxSequences);
            return this;
        }

        public Builder frozenWeights(FrozenWeights frozenWeights) {
            this.frozenWeights = FROZEN_WEIGHTS.check(frozenWeights);
            return this;
        }

        public Builder moments(Precision moments) {
            this.moments = MOMENTS.check(moments);
            return this;
        }

        public Builder layerwiseUpdates(boolean layerwiseUpdates) {
            this.layerwiseUpdates = LAYERWISE_UPDATES.check(layerwiseUpdates);
            return this;
        }

        public Builder rolloutPrecision(RolloutPrecision rolloutPrecision) {
            this.rolloutPrecision = ROLLOUT_PRECISION.check(rolloutPrecision);
            return this;
        }

        /** Builds the options. */
        public BackendOptions build() {
            return new BackendOptions(this);
        }
    }
}
