package org.rpt4j.backend.onnx.export;

/** The operators in which a decoder is written. Both forms have the same inputs, outputs and numbers. */
public enum GraphForm {
    /**
     * Operators of the ONNX standard alone (opset 23: {@code Attention}, {@code RotaryEmbedding}, {@code
     * RMSNormalization}), for every runtime that keeps to it.
     */
    PORTABLE(23),
    /**
     * ONNX Runtime's own operators ({@code GroupQueryAttention} and others): faster there, and unknown elsewhere. Its
     * keys and values can be kept in place.
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
