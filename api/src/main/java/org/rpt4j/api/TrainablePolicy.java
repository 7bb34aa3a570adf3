package org.rpt4j.api;

import java.nio.file.Path;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * A policy whose weights can be trained. The policy-gradient losses of the paper and its successors depend on the
 * parameters only through the log-probabilities of sampled tokens, so training needs only one differentiable primitive:
 * {@link #forward} and {@link ForwardPass#backward}.
 *
 * <p>Opened from a source with an adapter, a policy computes with W + s B A and trains A and B alone (Hu et al. 2022,
 * arXiv 2106.09685). W stays as it was read; gradients, moments and saved files have the adapter's weights only.
 *
 * @since 0.1.0
 */
public interface TrainablePolicy extends Policy {

    /**
     * Runs the forward pass of a batch and keeps what its backward pass needs. Only one pass can be open at a time:
     * close it before the next.
     *
     * @throws IllegalStateException if another pass is open
     * @throws org.rpt4j.api.error.ContextOverflowException if a prompt with a completion exceeds the context window
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     */
    ForwardPass forward(TokenBatch batch);

    /**
     * Creates the optimizer of this policy; only one can be open at a time.
     *
     * @throws UnsupportedCapabilityException if the backend has no optimizer of that name
     * @throws IllegalStateException if another optimizer is open
     */
    Optimizer openOptimizer(OptimizerOptions options);

    /**
     * Writes the weights as a checkpoint in the Hugging Face layout, with {@code config.json} and the tokenizer's files
     * copied from the source. It is written beside the target and then moved into place, so an existing checkpoint at
     * {@code directory} is replaced completely or not at all. A policy with an adapter writes the adapter alone, in the
     * layout of PEFT.
     *
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written
     */
    void save(Path directory);

    /**
     * Copies the current weights, so that {@link Snapshot#write} can write them while training continues. Takes as long
     * as a copy in memory; of a policy with an adapter, that of the adapter. {@code config.json} and the tokenizer's files are not copied: the model's source must still
     * exist when the snapshot is written. The caller closes the snapshot.
     *
     * @throws UnsupportedCapabilityException if the backend does not support snapshots
     * @throws org.rpt4j.api.error.CheckpointException if there is not enough memory for the copy
     */
    default Snapshot snapshot() {
        throw new UnsupportedCapabilityException("this policy (" + getClass().getName()
                + ") does not support snapshots of its weights. Write them between two steps with save(directory).");
    }

    /**
     * The accumulated gradients as numbers, to add up what several passes, policies or processes computed. The result
     * stays valid while this policy is open.
     *
     * @throws UnsupportedCapabilityException if the backend has no {@link Capability#GRADIENTS}, or an option under
     *     which the whole gradient never exists is on, such as {@link BackendOptions#layerwiseUpdates()}
     */
    default GradientAccess gradients() {
        throw new UnsupportedCapabilityException("this policy (" + getClass().getName() + ") has no GRADIENTS: it"
                + " cannot read and add them as numbers. Set gradient-shards to 1, or use another backend.");
    }

    /**
     * What samples the rollouts of training: this policy, or a faster one with the same weights rounded, as {@link
     * BackendOptions#rolloutPrecision()} asks. Rollouts of another one carry its own log-probabilities, which its {@link
     * #logProbs} gives, too; this policy gives the exact ones. The quotient of the two corrects for what was sampled
     * (truncated importance sampling).
     *
     * <p>The result always has the current weights and version of this policy. It stays valid while this policy is open,
     * and is closed with it; closing it frees nothing. Its calls and those of this policy are serialised.
     */
    default Policy sampler() {
        return this;
    }

    /**
     * The model under the adapter, by the same weights in memory: what the policy was before it was trained. It serves
     * as reference of a KL penalty, and as the model that did not learn to think.
     *
     * <p>The result stays valid while this policy is open, and is closed with it; closing it frees nothing. Its version
     * is always 0. Its calls and those of this policy are serialised.
     *
     * @throws IllegalStateException if this policy trains all weights: there is no model under it
     */
    default Policy withoutAdapter() {
        throw new IllegalStateException("this policy (" + getClass().getName()
                + ") trains all weights, so that no frozen model lies under it. Open it from a source with an adapter"
                + " (ModelSource.withAdapter), or open a second policy as the reference.");
    }
}
