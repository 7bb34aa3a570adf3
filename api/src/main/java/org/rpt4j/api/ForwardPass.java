package org.rpt4j.api;

/**
 * The activations of one batch between forward and backward. Not thread-safe; confined to the thread that opened it.
 * {@link #close()} frees the activations, is idempotent and may come without a backward pass.
 */
public interface ForwardPass extends AutoCloseable {

    /** Log-probability of each completion token under softmax(logits / temperature), as {@link Policy#logProbs}. */
    TokenValues logProbs();

    /**
     * Adds {@code sum_t w_t * grad log p(o_t)} to the gradients of the policy. The optimizer descends, so a loss
     * {@code L} is minimised with {@code w_t = dL / d log p(o_t)}. Tokens of weight 0 contribute exactly nothing.
     *
     * @param weights one finite value per completion token, in the order of {@link #logProbs()}
     * @throws IllegalArgumentException if the shape differs from the batch's
     * @throws org.rpt4j.api.error.NumericalException if a weight is not finite
     * @throws IllegalStateException at a second call
     */
    void backward(TokenValues weights);

    @Override
    void close();
}
