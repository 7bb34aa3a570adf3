package org.rpt4j.api;

/**
 * The result of {@link Optimizer#step()}.
 *
 * @param gradientNorm global L2 norm before clipping; NaN or infinite if the gradients are
 * @param applied whether the weights changed: false if the gradients are missing or not finite
 * @param learningRate learning rate used, with warm-up applied
 * @since 0.1.0
 */
public record OptimizerStep(double gradientNorm, boolean applied, double learningRate) {}
