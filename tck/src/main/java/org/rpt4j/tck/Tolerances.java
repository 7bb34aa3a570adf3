package org.rpt4j.tck;

import org.rpt4j.api.Precision;

/**
 * How far the arithmetic of a backend may deviate from float64.
 *
 * @param logProb maximum absolute difference of a log-probability or entropy in nats, of a cumulative probability, and
 *     between the logits that greedy decoding may choose from
 * @param gradient maximum difference of a gradient or weight change, relative to the largest of its tensor
 * @param replay maximum absolute difference of a weight between a run and the same run saved and resumed
 */
public record Tolerances(double logProb, double gradient, double replay) {

    /** Single precision: log-probabilities within 1e-4 nats, gradients within 1e-4 of their largest. */
    public static final Tolerances FP32 = new Tolerances(1e-4, 1e-4, 1e-6);

    /** bfloat16 activations over single-precision weights. */
    public static final Tolerances BF16 = new Tolerances(0.1, 0.1, 1e-6);

    /** Returns the tolerances of a precision. */
    public static Tolerances of(Precision precision) {
        return precision == Precision.FP32 ? FP32 : BF16;
    }
}
