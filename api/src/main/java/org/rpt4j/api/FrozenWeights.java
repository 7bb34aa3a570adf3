package org.rpt4j.api;

/**
 * How weights are held that are not trained: those under an adapter.
 *
 * @since 0.1.0
 */
public enum FrozenWeights {
    /** In the {@link Precision} of the backend. */
    PRECISION,
    /**
     * Matrices in 8 bits with one scale per row, a quarter of single precision; products and gradients use the rounded
     * weights. Needs a backend that supports it.
     */
    INT8
}
