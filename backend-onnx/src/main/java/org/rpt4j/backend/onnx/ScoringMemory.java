package org.rpt4j.backend.onnx;

import java.util.stream.IntStream;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;

/**
 * Estimates the memory that scoring needs in addition to the weights: constant buffers of the head, and activations for
 * every token of a pass. A pass is one sequence on a CPU, and up to the token budget on CUDA.
 *
 * @param headBytes logits, their softmax and its largest entries, for one chunk of rows
 * @param bytesPerToken activations of a layer
 */
record ScoringMemory(long headBytes, long bytesPerToken) {

    /** Logits, log-probabilities, and the unused part of the arena. */
    private static final int HEAD_BUFFERS = 3;

    /** Number of buffers of one kind that live at the same time in a layer. */
    private static final int BUFFERS = 3;

    static ScoringMemory of(ModelConfig config, int chunkRows) {
        long head = (long) HEAD_BUFFERS * chunkRows * config.vocabularySize() * Float.BYTES;
        long attention = 2L * (config.heads() + 2L * config.keyValueHeads()) * config.headSize();
        long wide = BUFFERS * (config.hiddenSize() + feedForward(config));
        // ONNX Runtime's arena grows by powers of two and is at worst half empty.
        return new ScoringMemory(head, (attention + wide) * Float.BYTES * 3 / 2);
    }

    /** Numbers of a row within one feed-forward, of experts with its copy, its result and its probabilities. */
    private static long feedForward(ModelConfig config) {
        Experts experts = config.switches().experts();
        return IntStream.range(0, config.layers())
                .mapToLong(layer -> config.hasExperts(layer)
                        ? experts.width() + 2L * config.hiddenSize() + experts.count()
                        : config.intermediateSize())
                .max()
                .orElseThrow();
    }

    /** Returns the bytes for a pass over this many tokens. */
    long bytes(int tokens) {
        return headBytes + tokens * bytesPerToken;
    }

    @Override
    public String toString() {
        return (headBytes >> 20) + " MiB and " + (bytesPerToken >> 10) + " KiB per token of a pass";
    }
}
