package org.rpt4j.api;

/**
 * The activations of one batch between forward and backward. Not thread-safe: use it only on the thread that opened it.
 * {@link #close()} frees the activations, is idempotent and does not need a backward pass before it.
 *
 * @since 0.1.0
 */
public interface ForwardPass extends AutoCloseable {

    /** Log-probability of each completion token under softmax(logits / temperature), as in {@link Policy#logProbs}. */
    TokenValues logProbs();

    /**
     * Adds {@code sum_t w_t * grad log p(o_t)} to the gradients of the policy. The optimizer descends, so to minimise a
     * loss {@code L} pass {@code w_t = dL / d log p(o_t)}. Tokens with weight 0 contribute exactly nothing.
     *
     * @param weights one finite value per completion token, in the order of {@link #logProbs()}
     * @throws IllegalArgumentException if the shape differs from the batch's
     * @throws org.rpt4j.api.error.NumericalException if a weight is not finite
     * @throws IllegalStateException on a second call
     */
    void backward(TokenValues weights);

    @Override
    void close();
}
