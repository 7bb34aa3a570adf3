package org.rpt4j.api;

/**
 * Settings of an optimizer. AdamW: m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2,
 * w = w - lr (wd w + (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + eps)), with weight decay on matrices only, never on norms and
 * biases.
 *
 * @param name name of the optimizer, one of {@link Backend#optimizers()}
 * @param learningRate peak learning rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon denominator term
 * @param weightDecay decoupled decay, applied to tensors of two or more dimensions
 * @param maxGradientNorm global norm to clip to; infinity for none
 * @param warmupSteps steps over which the rate rises linearly: step t (from 1) uses min(1, t / warmupSteps) of it
 */
public record OptimizerOptions(
        String name,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradientNorm,
        int warmupSteps) {

    /** The paper's published settings: AdamW, rate 1e-6, betas 0.9 and 0.999, weight decay 0.01; norm clipped to 1. */
    public static final OptimizerOptions PAPER = new OptimizerOptions("adamw", 1e-6, 0.9, 0.999, 1e-8, 0.01, 1.0, 0);

    public OptimizerOptions {
        requireRange("learningRate", learningRate, 0, Double.MAX_VALUE);
        requireRange("beta1", beta1, 0, Math.nextDown(1.0));
        requireRange("beta2", beta2, 0, Math.nextDown(1.0));
        requireRange("epsilon", epsilon, Double.MIN_VALUE, Double.MAX_VALUE);
        requireRange("weightDecay", weightDecay, 0, Double.MAX_VALUE);
        requireRange("maxGradientNorm", maxGradientNorm, Double.MIN_VALUE, Double.POSITIVE_INFINITY);
        requireRange("warmupSteps", warmupSteps, 0, Integer.MAX_VALUE);
    }

    public OptimizerOptions withLearningRate(double rate) {
        return new OptimizerOptions(name, rate, beta1, beta2, epsilon, weightDecay, maxGradientNorm, warmupSteps);
    }

    public OptimizerOptions withBetas(double newBeta1, double newBeta2) {
        return new OptimizerOptions(
                name, learningRate, newBeta1, newBeta2, epsilon, weightDecay, maxGradientNorm, warmupSteps);
    }

    public OptimizerOptions withWeightDecay(double decay) {
        return new OptimizerOptions(name, learningRate, beta1, beta2, epsilon, decay, maxGradientNorm, warmupSteps);
    }

    public OptimizerOptions withMaxGradientNorm(double norm) {
        return new OptimizerOptions(name, learningRate, beta1, beta2, epsilon, weightDecay, norm, warmupSteps);
    }

    public OptimizerOptions withWarmupSteps(int steps) {
        return new OptimizerOptions(name, learningRate, beta1, beta2, epsilon, weightDecay, maxGradientNorm, steps);
    }

    /** The rate of update number {@code step}, counted from 1, after warm-up. */
    public double learningRateAt(long step) {
        return warmupSteps == 0 ? learningRate : learningRate * Math.min(1.0, (double) step / warmupSteps);
    }

    private static void requireRange(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be between " + least + " and " + most);
        }
    }
}
