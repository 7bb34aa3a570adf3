package org.rpt4j.api;

/**
 * What memory is used for.
 *
 * @since 0.1.0
 */
public enum MemoryUse {
    /** Weights as trained or loaded. */
    WEIGHTS("weights"),
    /** Copies of the weights in another precision or layout. */
    WEIGHT_COPIES("copies of the weights"),
    /** Gradients of the weights. */
    GRADIENTS("gradients"),
    /** Moments of the optimizer. */
    OPTIMIZER("optimizer"),
    /** Keys and values of the sequences being decoded. */
    KV_CACHE("KV cache"),
    /** Layer outputs and the buffers needed to compute them. */
    ACTIVATIONS("activations"),
    /** Logits and what is computed from them. */
    LOGITS("logits"),
    /** Freed memory that the allocator cannot reuse. */
    HOLES("allocator fragmentation"),
    /** The engine's fixed overhead. */
    RUNTIME("runtime");

    private final String label;

    MemoryUse(String label) {
        this.label = label;
    }

    /** The use in words. */
    @Override
    public String toString() {
        return label;
    }
}
