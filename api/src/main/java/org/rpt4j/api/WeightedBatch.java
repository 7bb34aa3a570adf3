package org.rpt4j.api;

/**
 * A batch with the weights of its backward pass, as {@link ForwardPass#backward} takes them.
 *
 * @param batch prompts and completions
 * @param weights one per completion token
 * @since 0.1.0
 */
public record WeightedBatch(TokenBatch batch, TokenValues weights) {

    /** @throws IllegalArgumentException if the weights have the shape of another batch */
    public WeightedBatch {
        weights.requireShapeOf(batch);
    }
}
