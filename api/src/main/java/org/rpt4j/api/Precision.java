package org.rpt4j.api;

/**
 * The arithmetic of forward and backward passes. Master weights, moments, logits and losses are 32-bit either way.
 *
 * @since 0.1.0
 */
public enum Precision {
    /** IEEE 754 single precision. */
    FP32,
    /** bfloat16 activations and weight copies over single-precision master weights. */
    BF16
}
