package org.rpt4j.backend.onnx;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.ModelConfig;

/**
 * The memory that ONNX Runtime needs on a CPU for an open checkpoint and its work. While it opens, it needs the weights
 * a second time.
 */
final class MemoryPlan {

    private static final long FLOAT = Float.BYTES;

    /** The library, and a session without its weights. */
    private static final long RUNTIME = 28L << 20;

    private final ModelConfig config;
    private final BackendOptions options;

    private MemoryPlan(ModelConfig config, BackendOptions options) {
        this.config = config;
        this.options = options;
    }

    static MemoryEstimate of(ModelConfig config, BackendOptions options, List<Workload> work) {
        MemoryPlan plan = new MemoryPlan(config, options);
        Map<MemoryUse, Long> kept = new EnumMap<>(MemoryUse.class);
        kept.put(MemoryUse.WEIGHTS, FLOAT * config.describe().parameterCount());
        if (config.tiedHead()) {
            // Matrices are stored only in the order used by products; the embedding is also read row by row.
            kept.put(MemoryUse.WEIGHT_COPIES, FLOAT * config.vocabularySize() * config.hiddenSize());
        }
        kept.put(MemoryUse.RUNTIME, RUNTIME);
        return new MemoryEstimate(
                Device.CPU, kept, work.stream().map(plan::during).toList(), Optional.empty());
    }

    private Map<MemoryUse, Long> during(Workload work) {
        return switch (work.operation()) {
            case SCORE -> scoring(work.promptTokens());
            case GENERATE, DECODE -> {
                long sequences = Math.min(options.maxSequences(), work.sequences());
                yield decoding(work, sequences, sequences);
            }
            case LOG_PROBS, TRAIN, ADAPT, GRADIENTS -> decoding(work, 1, Decoder.CHUNK_TOKENS);
        };
    }

    private Map<MemoryUse, Long> scoring(int tokens) {
        int chunk = Math.min(tokens, OnnxProxyScorer.chunkRows(config.vocabularySize()));
        ScoringMemory memory = ScoringMemory.of(config, chunk);
        return Map.of(MemoryUse.LOGITS, memory.headBytes(), MemoryUse.ACTIVATIONS, tokens * memory.bytesPerToken());
    }

    /**
     * Keys and values of rows, in all the sizes through which the cache grew: the JVM frees direct memory only when it
     * collects garbage.
     */
    private Map<MemoryUse, Long> decoding(Workload work, long rows, long logits) {
        int longest = Math.min(config.contextLength(), work.promptTokens() + work.completionTokens());
        long positions = KvCache.sizesUpTo(work.promptTokens() + 1, longest).stream()
                .mapToLong(Integer::longValue)
                .sum();
        long perPosition = 2L * FLOAT * config.layers() * config.keyValueHeads() * config.headSize();
        return Map.of(
                MemoryUse.KV_CACHE, rows * positions * perPosition,
                // Once in the memory of the library and once in that of the caller.
                MemoryUse.LOGITS, 2 * FLOAT * logits * config.vocabularySize(),
                MemoryUse.ACTIVATIONS,
                        Decoder.CHUNK_TOKENS * ScoringMemory.of(config, 1).bytesPerToken());
    }
}
