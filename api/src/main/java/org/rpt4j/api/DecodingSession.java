package org.rpt4j.api;

/**
 * One text that a model continues token by token. The KV cache of its tokens is kept, so that each further token costs
 * one step, and an end that was cut off costs nothing. The caller chooses the tokens; the model gives the logits.
 *
 * <p>Several sessions of a policy may be open at once, and share nothing but the weights. One thread at a time uses a
 * session; its calls are serialised with all other calls of the policy. A session belongs to the weights that it was
 * opened with: after an optimizer step each call but {@link #length} and {@link #close} throws
 * {@link IllegalStateException}. So does each of these calls once the session or its policy is closed.
 *
 * <p>A call that fails leaves the session with the tokens that it had. Interrupting the calling thread ends {@link
 * #append} and {@link #logits} within one forward pass, with {@link org.rpt4j.api.error.OperationCancelledException}.
 *
 * @since 0.1.0
 */
public interface DecodingSession extends AutoCloseable {

    /** Number of tokens in the session; 0 when it is opened. */
    int length();

    /**
     * Appends tokens and computes them.
     *
     * @param tokens ids of the vocabulary; none is fine and does nothing
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     * @throws org.rpt4j.api.error.ContextOverflowException if the session would exceed the context window
     * @throws org.rpt4j.api.error.BackendMemoryException if there is no memory for their keys and values
     */
    void append(int... tokens);

    /**
     * The logits of the token after the last one, [V], one per token id; negative infinity for an id that no token has.
     * Log softmax of them, and of them divided by a temperature, is what {@link Policy#logProbs} computes, within the
     * tolerance of the backend. After {@link #truncate} they are those after the new last token, which is computed
     * again.
     *
     * @return a new array
     * @throws IllegalStateException if the session is empty
     * @throws org.rpt4j.api.error.NumericalException if the logit of a token is NaN or infinite
     */
    float[] logits();

    /**
     * Keeps the first tokens and forgets the others.
     *
     * @param length number of tokens to keep
     * @throws IllegalArgumentException if it is negative or above {@link #length}
     */
    void truncate(int length);

    /** Frees the KV cache; idempotent. */
    @Override
    void close();
}
