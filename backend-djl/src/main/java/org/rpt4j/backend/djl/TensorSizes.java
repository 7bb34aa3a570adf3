package org.rpt4j.backend.djl;

import java.util.Optional;
import java.util.stream.IntStream;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.backend.djl.torchscript.DecoderScript;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;

/**
 * Sizes in bytes of the tensors that the program of {@code DecoderScript} creates, computed from the shape of the
 * model.
 *
 * @param config configuration of the model
 * @param precision precision of the layers; losses and the outputs of the head use 32 bits
 * @param adapter form of the adapter over frozen weights, if there is one
 */
record TensorSizes(ModelConfig config, Precision precision, Optional<LoraOptions> adapter) {

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

    /** Weights under an adapter, in the type of the products; embedding and head are in single precision. */
    long frozenWeights() {
        long single = config.hiddenSize() * (long) config.vocabularySize() * (config.tiedHead() ? 1 : 2);
        return FLOAT * single + element() * (weights() - single);
    }

    /** Number of weights of the adapter. */
    long adapterWeights() {
        return adapter.map(form -> AdapterLayout.of(config, form).parameterCount())
                .orElse(0L);
    }

    /** What autograd saves of the low-rank products: x A^T, and x in single precision where it is rounded elsewhere. */
    long savedByAdapter(Workload work, BackendOptions options) {
        long perRow = adapter.stream()
                .flatMap(form -> AdapterLayout.of(config, form).pairs().stream())
                .mapToLong(pair -> pair.a().shape().get(0)
                        + (precision == Precision.BF16 ? pair.a().shape().get(1) : 0))
                .sum();
        return FLOAT * work.tokens() * perRow / (options.recomputeActivations() ? config.layers() : 1);
    }

    /** Numbers in both rotary tables. */
    long rotaryTables() {
        return 2L
                * config.contextLength()
                * DecoderScript.rotations(config).size()
                * config.switches().rotarySize();
    }

    /** Weights in the type of the products, which autograd keeps until the backward pass. */
    long castWeights() {
        long single = config.hiddenSize() * (long) config.vocabularySize() * (config.tiedHead() ? 1 : 2);
        return precision == Precision.BF16 ? element() * (weights() - single) : 0;
    }

    /** Final hidden states of rows. */
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

    /** The largest simultaneous tensors of a layer without gradients. */
    long layerInPassing(Workload pass) {
        long rows = pass.tokens();
        long attention = rows * (config.hiddenSize() + 2 * queries() + 2 * keys()) + attentionOfGroups(pass);
        long rotation = rows * (config.hiddenSize() + 5 * queries() + 2 * keys());
        long feedForward = rows * (FLOAT * 2L * config.hiddenSize() + element() * 3L * widest());
        return Math.max(FLOAT * Math.max(attention, rotation), feedForward);
    }

    /** Elements for one group at a time: keys and values for every head and, after the prompt, for every rollout. */
    private long attentionOfGroups(Workload pass) {
        return pass.completions() > 1 ? behindPrompt(pass) : 2 * pass.promptTokens() * queries();
    }

    /** Elements of the queries, keys, values and results of one group, padded and repeated for every rollout. */
    private long behindPrompt(Workload pass) {
        long rows = (long) pass.completions() * pass.completionTokens();
        long seen = pass.completions() * ((long) pass.promptTokens() + pass.completionTokens());
        return 2 * (rows + seen) * queries();
    }

    /** The widest activation of a layer. */
    long widest(Workload pass) {
        return element() * pass.tokens() * widest();
    }

    /** Numbers of a row within one feed-forward, of experts with its copy, its result and its probabilities. */
    private long widest() {
        return IntStream.range(0, config.layers())
                .mapToLong(layer -> config.hasExperts(layer)
                        ? experts().width()
                                + 2L * config.hiddenSize()
                                + 3L * experts().count()
                        : config.intermediateSize())
                .max()
                .orElseThrow();
    }

    private Experts experts() {
        return config.switches().experts();
    }

    /** Inputs of all layers. */
    long layerInputs(Workload work) {
        return FLOAT * work.tokens() * config.hiddenSize() * config.layers();
    }

    /** What autograd saves of all layers; in the last one, rows that predict nothing end after attention. */
    long savedByAll(Workload work) {
        int last = config.layers() - 1;
        long before =
                IntStream.range(0, last).mapToLong(this::savedByFeedForward).sum();
        return config.layers() * savedByAttention(work)
                + work.tokens() * before
                + work.predictedTokens() * savedByFeedForward(last)
                + 3 * hidden(work.predictedTokens());
    }

    /** What autograd saves of one layer. */
    long savedByLayer(Workload work) {
        long feedForward = IntStream.range(0, config.layers())
                .mapToLong(this::savedByFeedForward)
                .max()
                .orElseThrow();
        return savedByAttention(work) + work.tokens() * feedForward;
    }

    /** Input, its normed forms, queries, keys, values, result, and result in row order, in single precision. */
    private long savedByAttention(Workload work) {
        long norms = 3L * config.hiddenSize() + behind() + (config.queryKeyNorm() ? 2 * (queries() + keys()) : 0);
        if (work.completions() <= 1) {
            return FLOAT * work.tokens() * (norms + 5 * queries());
        }
        long prompts = (long) work.prompts() * work.promptTokens();
        return FLOAT
                * (work.tokens() * (norms + queries()) + prompts * 4 * queries() + work.prompts() * behindPrompt(work));
    }

    /** Numbers per row for a norm behind attention or feed-forward. */
    private long behind() {
        return config.switches().normPlacement().after() ? 2L * config.hiddenSize() : 0;
    }

    /**
     * Bytes per row: input, its normed forms, gate, its activation, up, and their product; of experts also the copies of
     * the row, its results and its probabilities, sorted and not.
     */
    private long savedByFeedForward(int layer) {
        long ofExperts = config.hasExperts(layer)
                ? experts().perToken() * config.hiddenSize() * (element() + 2 * FLOAT)
                        + FLOAT * 4L * experts().count()
                : 0;
        return FLOAT * (3L * config.hiddenSize() + behind())
                + element() * 4L * config.feedForwardWidth(layer)
                + ofExperts;
    }

    /**
     * Keys and values of prompts and completions. Those of completions grow by doubling; during growth, one of the two
     * exists in its old and its new size.
     */
    long cache(long groups, int promptTokens, long sequences, int completionTokens) {
        long perToken = element() * keys() * config.layers();
        return perToken * (2 * groups * promptTokens + 3 * sequences * completionTokens);
    }

    /** Memory of one decoding step in a layer: scores of every sequence over all tokens, in several forms. */
    long decodeInPassing(long sequences, long tokens) {
        long scores = 4 * config.heads() * tokens;
        long rows = 2L * config.hiddenSize() + 3L * widest() + 4 * queries();
        long singleKeysAndValues = precision == Precision.BF16 ? 2 * tokens * keys() : 0;
        return FLOAT * sequences * (scores + rows + singleKeysAndValues);
    }

    /** Sampling tokens: logits of {@code rows} and their logarithms, sums for {@code sequences} in 64 bits. */
    long sampling(long rows, long sequences) {
        return config.vocabularySize() * (rows * (3 * FLOAT + 2 * DOUBLE) + sequences * DOUBLE);
    }
}
