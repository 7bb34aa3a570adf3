package org.rpt4j.api;

/** What memory is taken for. */
public enum MemoryUse {
    /** Weights as they are trained or loaded. */
    WEIGHTS("weights"),
    /** Further copies of the weights in another arithmetic or order. */
    WEIGHT_COPIES("copies of the weights"),
    /** Gradients of the weights. */
    GRADIENTS("gradients"),
    /** Moments of the optimizer. */
    OPTIMIZER("optimizer"),
    /** Keys and values of sequences that are decoded. */
    KV_CACHE("KV cache"),
    /** Results of layers, and what is needed to compute them. */
    ACTIVATIONS("activations"),
    /** Logits, and what is read off them. */
    LOGITS("logits"),
    /** What an allocator was given back and cannot use again. */
    HOLES("holes of the allocator"),
    /** What an engine takes whatever it computes. */
    RUNTIME("runtime");

    private final String label;

    MemoryUse(String label) {
        this.label = label;
    }

    /** In words. */
    @Override
    public String toString() {
        return label;
    }
}
