package org.rpt4j.api;

import java.util.List;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * The language model that thinks and predicts: pi in the paper. One call at a time: concurrent calls are serialised.
 * Interrupting the calling thread ends the call within one token, with {@link
 * org.rpt4j.api.error.OperationCancelledException}.
 *
 * @since 0.1.0
 */
public interface Policy extends AutoCloseable {

    /** Describes the model. */
    ModelDescription description();

    /** Version of the weights: 0 when loaded, incremented by each applied optimizer step. */
    long version();

    /**
     * Samples {@link SamplingOptions#groupSize()} rollouts for each prompt. The result has one group per prompt, in the
     * order of the prompts, with members in the order 0..G-1, however the backend schedules the work.
     *
     * <p>Token {@code j} of member {@code m} is the inverse of the cumulative distribution softmax(logits /
     * temperature), in the order of token ids, at {@link CounterRandom#uniform CounterRandom.uniform(seed, step,
     * promptId, m, j)}; with temperature 0 it is the lowest id among the largest logits. So a sample depends only on
     * its key and the weights, never on the rest of the batch.
     *
     * @throws org.rpt4j.api.error.ContextOverflowException if a prompt leaves no room for even one token; a completion
     *     that reaches the end of the context window ends with {@link FinishReason#LENGTH}
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     */
    List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options);

    /**
     * Log-probability of each completion token of the batch under softmax(logits / temperature), without gradients.
     *
     * @return ragged values in the order of the batch's completion tokens
     * @throws org.rpt4j.api.error.ContextOverflowException if a prompt with a completion exceeds the context window
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     */
    TokenValues logProbs(TokenBatch batch);

    /**
     * Opens an empty text that the caller continues token by token, with the KV cache kept between its calls. Close it
     * to free the cache; closing the policy closes its sessions.
     *
     * @throws UnsupportedCapabilityException if the backend cannot {@link Capability#DECODE}
     */
    default DecodingSession openSession() {
        throw new UnsupportedCapabilityException("this policy (" + getClass().getName() + ") cannot DECODE: it has no"
                + " sessions that decode token by token. Use generate, or another backend.");
    }

    /** Frees the model; idempotent. Any other call afterwards throws {@link IllegalStateException}. */
    @Override
    void close();
}
