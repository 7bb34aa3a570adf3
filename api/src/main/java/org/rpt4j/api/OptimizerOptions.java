package org.rpt4j.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Settings of an optimizer. AdamW: m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2, w = w - lr (wd w + (m / (1-b1^t)) /
 * (sqrt(v / (1-b2^t)) + eps)), with weight decay on matrices only, never on norms and biases. Immutable and
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class OptimizerOptions {

    public static final Setting<String> NAME = Setting.<String>of("name", String.class)
            .mustBe("a name", name -> !name.isBlank())
            .says("Name of an optimizer of the backend.")
            .after("section 3.3: Adam with decoupled weight decay, arXiv 1711.05101")
            .or("adamw");

    public static final Setting<Double> LEARNING_RATE = Setting.real("learning-rate", Range.atLeast(0))
            .says("Learning rate after the warm-up. Small models need more than the default.")
            .after("section 3.3: 1e-6")
            .or(1e-6);

    public static final Setting<Double> BETA1 = Setting.real(
                    "beta1", Range.atLeast(0).below(1))
            .says("Decay of the first moment.")
            .after("section 3.3: 0.9")
            .or(0.9);

    public static final Setting<Double> BETA2 = Setting.real(
                    "beta2", Range.atLeast(0).below(1))
            .says("Decay of the second moment.")
            .after("section 3.3: 0.999")
            .or(0.999);

    public static final Setting<Double> EPSILON = Setting.real("epsilon", Range.above(0))
            .says("Term added to the denominator.")
            .or(1e-8);

    public static final Setting<Double> WEIGHT_DECAY = Setting.real("weight-decay", Range.atLeast(0))
            .says("Decoupled decay, applied to matrices only.")
            .after("section 3.3: 0.01")
            .or(0.01);

    public static final Setting<Double> MAX_GRADIENT_NORM = Setting.real(
                    "max-gradient-norm", Range.above(0).upTo(Double.POSITIVE_INFINITY))
            .says("Global norm to which a gradient is clipped; infinity turns clipping off.")
            .or(1.0);

    public static final Setting<Integer> WARMUP_STEPS = Setting.whole("warmup-steps", Range.atLeast(0))
            .says("Steps over which the learning rate rises.")
            .in("steps")
            .after("unspecified by the paper")
            .or(0);

    /** The paper's published settings: AdamW, rate 1e-6, betas 0.9 and 0.999, weight decay 0.01; norm clipped to 1. */
    public static final OptimizerOptions PAPER = builder().build();

    private final String name;
    private final double learningRate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final double maxGradientNorm;
    private final int warmupSteps;

    private OptimizerOptions(Builder builder) {
        this.name = builder.name;
        this.learningRate = builder.learningRate;
        this.beta1 = builder.beta1;
        this.beta2 = builder.beta2;
        this.epsilon = builder.epsilon;
        this.weightDecay = builder.weightDecay;
        this.maxGradientNorm = builder.maxGradientNorm;
        this.warmupSteps = builder.warmupSteps;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Name of the optimizer, one of {@link Backend#optimizers()}. */
    public String name() {
        return name;
    }

    /** Peak learning rate. */
    public double learningRate() {
        return learningRate;
    }

    /** Decay of the first moment. */
    public double beta1() {
        return beta1;
    }

    /** Decay of the second moment. */
    public double beta2() {
        return beta2;
    }

    /** Term added to the denominator. */
    public double epsilon() {
        return epsilon;
    }

    /** Decoupled decay, applied to tensors of two or more dimensions. */
    public double weightDecay() {
        return weightDecay;
    }

    /** Global norm to clip to; infinity for none. */
    public double maxGradientNorm() {
        return maxGradientNorm;
    }

    /** Steps over which the rate rises linearly: step t, counted from 1, uses the fraction min(1, t / warmupSteps). */
    public int warmupSteps() {
        return warmupSteps;
    }

    /** The learning rate of update {@code step}, counted from 1, with warm-up applied. */
    public double learningRateAt(long step) {
        return warmupSteps == 0 ? learningRate : learningRate * Math.min(1.0, (double) step / warmupSteps);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OptimizerOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "OptimizerOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                NAME.is(name),
                LEARNING_RATE.is(learningRate),
                BETA1.is(beta1),
                BETA2.is(beta2),
                EPSILON.is(epsilon),
                WEIGHT_DECAY.is(weightDecay),
                MAX_GRADIENT_NORM.is(maxGradientNorm),
                WARMUP_STEPS.is(warmupSteps));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private String name = NAME.byDefault();
        private double learningRate = LEARNING_RATE.byDefault();
        private double beta1 = BETA1.byDefault();
        private double beta2 = BETA2.byDefault();
        private double epsilon = EPSILON.byDefault();
        private double weightDecay = WEIGHT_DECAY.byDefault();
        private double maxGradientNorm = MAX_GRADIENT_NORM.byDefault();
        private int warmupSteps = WARMUP_STEPS.byDefault();

        private Builder() {}

        private Builder(OptimizerOptions values) {
            this.name = values.name;
            this.learningRate = values.learningRate;
            this.beta1 = values.beta1;
            this.beta2 = values.beta2;
            this.epsilon = values.epsilon;
            this.weightDecay = values.weightDecay;
            this.maxGradientNorm = values.maxGradientNorm;
            this.warmupSteps = values.warmupSteps;
        }

        public Builder name(String name) {
            this.name = NAME.check(name);
            return this;
        }

        public Builder learningRate(double learningRate) {
            this.learningRate = LEARNING_RATE.check(learningRate);
            return this;
        }

        public Builder beta1(double beta1) {
            this.beta1 = BETA1.check(beta1);
            return this;
        }

        public Builder beta2(double beta2) {
            this.beta2 = BETA2.check(beta2);
            return this;
        }

        public Builder epsilon(double epsilon) {
            this.epsilon = EPSILON.check(epsilon);
            return this;
        }

        public Builder weightDecay(double weightDecay) {
            this.weightDecay = WEIGHT_DECAY.check(weightDecay);
            return this;
        }

        public Builder maxGradientNorm(double maxGradientNorm) {
            this.maxGradientNorm = MAX_GRADIENT_NORM.check(maxGradientNorm);
            return this;
        }

        public Builder warmupSteps(int warmupSteps) {
            this.warmupSteps = WARMUP_STEPS.check(warmupSteps);
            return this;
        }

        /** Builds the options. */
        public OptimizerOptions build() {
            return new OptimizerOptions(this);
        }
    }
}
