package org.rpt4j.reliability;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** Model shapes between 11 and 40 million parameters that differ in what dominates their memory. */
enum Shapes {
    /** More than half of the weights are the embedding. */
    WIDE_VOCABULARY(Architecture.QWEN2, 32_000, 288, 768, 6, 6, 6, 48, true),
    /** Two query heads share a key head. */
    SHARED_HEADS(Architecture.LLAMA, 16_000, 512, 1408, 8, 8, 4, 64, true),
    /** Many layers, query and key norms, queries wider than the hidden state, an untied head. */
    DEEP(Architecture.QWEN3, 8_000, 320, 960, 12, 8, 2, 64, false),
    /** A small vocabulary and few layers. */
    EVEN(Architecture.LLAMA, 4_000, 384, 1024, 5, 6, 3, 64, false),
    /** The largest embedding. */
    LARGE(Architecture.QWEN2, 50_000, 512, 1536, 4, 8, 4, 64, true),
    /** One key head per query head; no constant of an estimate was fitted to it. */
    UNSEEN(Architecture.LLAMA, 24_000, 448, 1280, 7, 7, 7, 64, true);

    final ModelConfig config;

    Shapes(
            Architecture architecture,
            int vocabulary,
            int hidden,
            int intermediate,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            boolean tied) {
        config = new ModelConfig(
                architecture,
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                headSize,
                1024,
                1e-5,
                10_000,
                new RopeScaling.None(),
                tied,
                architecture == Architecture.QWEN2,
                false,
                architecture == Architecture.QWEN3,
                List.of());
    }

    /** A checkpoint with random weights. */
    ModelSource write(Path folder) {
        Path directory = folder.resolve(name());
        CheckpointInitializer.initialize(directory, config, 1);
        return ModelSource.directory(directory);
    }
}
