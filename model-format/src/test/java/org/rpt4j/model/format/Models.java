package org.rpt4j.model.format;

import java.util.List;

/** Small model shapes for tests, one per architecture. */
final class Models {

    private Models() {}

    static ModelConfig llama() {
        return new ModelConfig(
                Architecture.LLAMA,
                40,
                16,
                24,
                2,
                4,
                2,
                4,
                64,
                1e-5,
                10_000,
                new RopeScaling.None(),
                false,
                false,
                false,
                false,
                List.of(1));
    }

    static ModelConfig llamaWithBiases() {
        return new ModelConfig(
                Architecture.LLAMA,
                40,
                16,
                24,
                2,
                4,
                4,
                6,
                64,
                1e-6,
                500_000,
                new RopeScaling.Llama3(8, 1, 4, 8192),
                true,
                true,
                true,
                false,
                List.of());
    }

    static ModelConfig qwen2() {
        return new ModelConfig(
                Architecture.QWEN2,
                40,
                16,
                24,
                2,
                4,
                1,
                4,
                64,
                1e-6,
                1_000_000,
                new RopeScaling.Linear(2),
                true,
                true,
                false,
                false,
                List.of(3, 4));
    }

    static ModelConfig qwen3() {
        return new ModelConfig(
                Architecture.QWEN3,
                40,
                16,
                24,
                2,
                4,
                2,
                8,
                64,
                1e-6,
                1_000_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                true,
                List.of(3));
    }

    /** Qwen3-MoE, of two layers. */
    static ModelConfig withExperts(Experts experts) {
        return new ModelConfig(
                Architecture.QWEN3_MOE,
                40,
                16,
                24,
                2,
                4,
                2,
                8,
                64,
                1e-6,
                1_000_000,
                new RopeScaling.None(),
                false,
                false,
                false,
                true,
                List.of(3),
                DecoderSwitches.builder(2, 8).experts(experts).build());
    }

    static List<ModelConfig> all() {
        return List.of(llama(), llamaWithBiases(), qwen2(), qwen3());
    }
}
