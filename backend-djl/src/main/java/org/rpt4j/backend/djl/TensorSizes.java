package org.rpt4j.backend.djl;

import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.ModelConfig;

/**
 * Bytes of the tensors that the program of {@code DecoderScript} makes, from the shape of the model.
 *
 * @param config of the model
 * @param precision in which layers compute; losses and what is read off the head are in 32 bits
 */
record TensorSizes(ModelConfig config, Precision precision) {

    private static final long FLOAT = Float.BYTES;
    private static final long DOUBLE = Double.BYTES;

    private long queries() {
        return (long) config.heads() * config.headSize();
    }

    private long keys() {
        return (long) config.keyValueHeads() * config.headSize();
    }

    private long element() {
        return precision == Precision.BF16 ? FLOAT / 2 : FLOAT;
    }

    /** Number of weights. */
    long weights() {
        return config.describe().parameterCount();
    }

    /** Numbers in both rotary tables. */
    long rotaryTables() {
        return 2L * config.contextLength() * config.headSize();
    }

    /** Weights in the type of the products, which autograd keeps until the backward pass. */
    long castWeights() {
        return precision == Precision.BF16 ? element() * weights() : 0;
    }

    /** Last hidden states of rows. */
    long hidden(long rows) {
        return FLOAT * rows * config.hiddenSize();
    }

    /** The two buffers for chunks of logits. */
    long chunks(long rows) {
        return 2 * FLOAT * Math.min(rows, Head.chunkRows(config)) * config.vocabularySize();
    }

    /** Gradient of the head. */
    long headGradients() {
        return FLOAT * config.hiddenSize() * config.vocabularySize();
    }

    /** The largest tensors of a layer without gradients that live at the same time. */
    long layerInPassing(Workload pass) {
        long rows = pass.tokens();
        long attention = rows * (config.hiddenSize() + 2 * queries() + 2 * keys()) + attentionOfGroups(pass);
        long rotation = rows * (config.hiddenSize() + 5 * queries() + 2 * keys());
        long feedForward = rows * (2L * config.hiddenSize() + 3L * config.intermediateSize());
        return element() * Math.max(Math.max(attention, rotation), feedForward);
    }

    /**
     * Numbers that one group at a time takes: keys and values for every head and, behind the prompt, for every
     * rollout.
     */
    private long attentionOfGroups(Workload pass) {
        return pass.completions() > 1 ? behindPrompt(pass) : 2 * pass.promptTokens() * queries();
    }

    /** Numbers of the queries, keys, values and results of one group, padded and repeated for every rollout. */
    private long behindPrompt(Workload pass) {
        long rows = (long) pass.completions() * pass.completionTokens();
        long seen = pass.completions() * ((long) pass.promptTokens() + pass.completionTokens());
        return 2 * (rows + seen) * queries();
    }

    /** The widest activation of a layer. */
    long widest(Workload pass) {
        return element() * pass.tokens() * config.intermediateSize();
    }

    /** Inputs of all layers. */
    long layerInputs(Workload work) {
        return element() * work.tokens() * config.hiddenSize() * config.layers();
    }

    /** What autograd saves of all layers; of the last one, rows that predict nothing end behind attention. */
    long savedByAll(Workload work) {
        return element()
                        * (config.layers() * savedByAttention(work)
                                + ((config.layers() - 1) * work.tokens() + work.predictedTokens())
                                        * savedByFeedForward())
                + 3 * hidden(work.predictedTokens());
    }

    /** What autograd saves of one layer. */
    long savedByLayer(Workload work) {
        return element() * (savedByAttention(work) + work.tokens() * savedByFeedForward());
    }

    /** Numbers: input, its normed forms, queries, keys, values, result, and result in the order of the rows. */
    private long savedByAttention(Workload work) {
        long norms = 3L * config.hiddenSize() + (config.queryKeyNorm() ? 2 * (queries() + keys()) : 0);
        if (work.completions() <= 1) {
            return work.tokens() * (norms + 5 * queries());
        }
        long prompts = (long) work.prompts() * work.promptTokens();
        return work.tokens() * (norms + queries()) + prompts * 4 * queries() + work.prompts() * behindPrompt(work);
    }

    /** Numbers per row: input, its normed forms, gate, its activation, up, and their product. */
    private long savedByFeedForward() {
        return 3L * config.hiddenSize() + 4L * config.intermediateSize();
    }

    /**
     * Keys and values of prompts and completions. Those of completions grow by doubling; while they grow, one of the
     * two exists in its old and in its new size.
     */
    long cache(long groups, int promptTokens, long sequences, int completionTokens) {
        long perToken = element() * keys() * config.layers();
        return perToken * (2 * groups * promptTokens + 3 * sequences * completionTokens);
    }

    /** What one step of decoding takes in a layer: scores of every sequence over all tokens, in a few forms. */
    long decodeInPassing(long sequences, long tokens) {
        long scores = 4 * config.heads() * tokens;
        long rows = 2L * config.hiddenSize() + 3L * config.intermediateSize() + 4 * queries();
        return FLOAT * sequences * (scores + rows);
    }

    /** Drawing tokens: logits of {@code rows} and their logarithms, sums for {@code sequences} in 64 bits. */
    long sampling(long rows, long sequences) {
        return config.vocabularySize() * (rows * (3 * FLOAT + 2 * DOUBLE) + sequences * DOUBLE);
    }
}
