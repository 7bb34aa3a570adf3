package org.rpt4j.api;

import java.nio.file.Path;
import org.rpt4j.api.error.UnsupportedCapabilityException;

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
     * @throws UnsupportedCapabilityException if the backend has no optimizer of that name
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

    /**
     * Copies the weights as they are now, to be written with {@link Snapshot#write} while training goes on. Takes as
     * long as a copy in memory. {@code config.json} and the tokenizer's files are not copied: the source of the model
     * must still be there when the snapshot is written. The caller closes the snapshot.
     *
     * @throws UnsupportedCapabilityException if the backend takes no snapshots
     * @throws org.rpt4j.api.error.CheckpointException if there is no memory for the copy
     */
    default Snapshot snapshot() {
        throw new UnsupportedCapabilityException("this policy (" + getClass().getName()
                + ") takes no snapshots of its weights. Write them between two steps with save(directory).");
    }
}
