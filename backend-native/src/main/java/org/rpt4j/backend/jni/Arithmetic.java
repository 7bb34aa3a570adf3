package org.rpt4j.backend.jni;

import org.rpt4j.api.Precision;

/** Precision of the factors of matrix products; the engine's {@code Precision} has the same names. */
enum Arithmetic {
    FP32,
    BF16,
    /** 8-bit weights with a scale for each output channel, 8-bit activations with a scale for each token. */
    INT8;

    static Arithmetic of(Precision precision) {
        return precision == Precision.BF16 ? BF16 : FP32;
    }
}
