package org.rpt4j.backend.onnx.export;

/** The operators that a decoder is written in. Both forms have the same inputs, outputs and numbers. */
public enum GraphForm {
    /**
     * Only operators of the ONNX standard (opset 23: {@code Attention}, {@code RotaryEmbedding}, {@code
     * RMSNormalization}), for every runtime that supports them.
     */
    PORTABLE(23),
    /**
     * ONNX Runtime's own operators ({@code GroupQueryAttention} and others): faster in ONNX Runtime, unknown elsewhere.
     * Keys and values can be updated in place.
     */
    FAST(21);

    private final int opset;

    GraphForm(int opset) {
        this.opset = opset;
    }

    /** Version of the ONNX operator set. */
    int opset() {
        return opset;
    }
}
