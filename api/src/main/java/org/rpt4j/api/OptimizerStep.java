package org.rpt4j.api;

/**
 * The outcome of {@link Optimizer#step()}.
 *
 * @param gradientNorm global L2 norm before clipping; NaN or infinite if the gradients were
 * @param applied whether the weights changed: false for gradients that are missing or not finite
 * @param learningRate the rate that was used after warm-up
 */
public record OptimizerStep(double gradientNorm, boolean applied, double learningRate) {}
