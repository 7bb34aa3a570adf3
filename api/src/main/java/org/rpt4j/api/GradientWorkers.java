package org.rpt4j.api;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Processes that compute gradients with the current weights of a trainable policy, such as the executors of a cluster.
 * Results are those of the policy itself, bit for bit, whatever runs where and however often; the gradients of the policy
 * stay as they are. Calls are serialised with those of the policy, and an interrupt ends them.
 *
 * @since 0.1.0
 */
public interface GradientWorkers {

    /**
     * The log-probabilities that a forward pass of each batch has.
     *
     * @return one per batch, in order
     */
    List<TokenValues> logProbs(List<TokenBatch> batches);

    /**
     * The gradient of each shard, from zero: {@code sum_t w_t * grad log p(o_t)}, a shard's batches added one after
     * another.
     *
     * @param shards at least one batch each
     * @return {@link GradientAccess#size()} numbers per shard, in order
     */
    List<FloatBuffer> gradients(List<List<WeightedBatch>> shards);
}
