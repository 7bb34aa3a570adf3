package org.rpt4j.api;

import java.nio.file.Path;

/**
 * A policy whose weights can be trained. Every policy-gradient loss of the paper and its successors depends on the
 * parameters only through log-probabilities of sampled tokens, so training needs one differentiable primitive:
 * {@link #forward} and {@link ForwardPass#backward}.
 */
public interface TrainablePolicy extends Policy {

    /**
     * Runs the forward pass of a batch and keeps what its backward pass needs. One pass is open at a time: close it
     * before the next.
     *
     * @throws IllegalStateException if another pass is open
     * @throws org.rpt4j.api.error.ContextOverflowException if a prompt with a completion exceeds the context window
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     */
    ForwardPass forward(TokenBatch batch);

    /**
     * Creates the optimizer of this policy; a policy has at most one open at a time.
     *
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the backend has no optimizer of that name
     * @throws IllegalStateException if another optimizer is open
     */
    Optimizer openOptimizer(OptimizerOptions options);

    /**
     * Writes the weights as a checkpoint in the Hugging Face layout, with {@code config.json} and the tokenizer's files
     * copied from the source. Written beside the target and moved into place, so an existing checkpoint at
     * {@code directory} is replaced whole or not at all.
     *
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written
     */
    void save(Path directory);
}
