package org.rpt4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.DecoderSwitches.Activation;
import org.rpt4j.model.format.DecoderSwitches.LayerKind;
import org.rpt4j.model.format.DecoderSwitches.NormPlacement;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * Models as small as {@link TinyModel}'s of the families whose networks need further switches. They are no part of the
 * contract: a backend may refuse a switch by name. Windows are shorter than the context, so that they hide something.
 * Thread-safe.
 */
public enum TinyFamily {
    /** Qwen2's network beside layers that are not computed. */
    MIMO(Architecture.MIMO, 2, new RopeScaling.None(), true, switches(2).extraLayers(1)),
    /** A layer without rotation between layers with. */
    SMOLLM3(
            Architecture.SMOLLM3,
            3,
            new RopeScaling.None(),
            true,
            switches(3).layers(List.of(LayerKind.FULL, new LayerKind(Rotation.NONE, 0), LayerKind.FULL))),
    /** YaRN with an attention factor other than 1. */
    QWEN3_YARN(Architecture.QWEN3, 2, new RopeScaling.Yarn(2, 4, 1, 16, true, 1.3), false, switches(2)),
    /** Fused projections, a part of each head that rotates, factors of each frequency, and a window. */
    PHI3(
            Architecture.PHI3,
            2,
            new RopeScaling.LongRope(List.of(1.0, 1.5, 2.25), List.of(2.0, 4.0, 8.0), 32, 1.2),
            false,
            switches(2)
                    .fused(true)
                    .rotarySize(6)
                    .layers(List.of(new LayerKind(Rotation.GLOBAL, 5), new LayerKind(Rotation.GLOBAL, 5)))),
    /** Norms behind attention and feed-forward, and over all heads. */
    OLMO2(
            Architecture.OLMO2,
            2,
            new RopeScaling.None(),
            false,
            switches(2).normPlacement(NormPlacement.AFTER).normOverAllHeads(true)),
    /** Two kinds of layers, four norms that add 1, scaled embeddings and products, gated GELU. */
    GEMMA3(
            Architecture.GEMMA3,
            3,
            new RopeScaling.Linear(2),
            true,
            switches(3)
                    .activation(Activation.GELU_TANH)
                    .normPlacement(NormPlacement.BOTH)
                    .normAddsOne(true)
                    .embeddingScale(4.90625)
                    .attentionScale(1 / Math.sqrt(11))
                    .localTheta(100)
                    .layers(List.of(
                            new LayerKind(Rotation.LOCAL, 4), LayerKind.FULL, new LayerKind(Rotation.LOCAL, 4)))),
    /** Experts in every layer, of whose probabilities the chosen ones are divided by their sum. */
    QWEN3_MOE(
            Architecture.QWEN3_MOE,
            2,
            new RopeScaling.None(),
            false,
            switches(2).experts(new Experts(5, 2, 12, true, Set.of()))),
    /** Experts between layers without, and probabilities as they are. */
    QWEN3_MOE_MIXED(
            Architecture.QWEN3_MOE,
            3,
            new RopeScaling.None(),
            true,
            switches(3).experts(new Experts(7, 3, 12, false, Set.of(1))));

    private static final int HEAD_SIZE = 8;
    private static final long SEED = 20261130;

    private final ModelConfig config;

    TinyFamily(
            Architecture architecture,
            int layers,
            RopeScaling scaling,
            boolean tied,
            DecoderSwitches.Builder switches) {
        boolean normed = architecture != Architecture.MIMO
                && architecture != Architecture.SMOLLM3
                && architecture != Architecture.PHI3;
        this.config = new ModelConfig(
                architecture,
                TinyModel.VOCABULARY,
                24,
                20,
                layers,
                4,
                2,
                HEAD_SIZE,
                TinyModel.CONTEXT,
                1e-5,
                10_000,
                scaling,
                tied,
                architecture == Architecture.MIMO,
                false,
                normed,
                List.of(2),
                switches.build());
    }

    private static DecoderSwitches.Builder switches(int layers) {
        return DecoderSwitches.builder(layers, 8);
    }

    /** Returns the shape: vocabulary of 37, context window of 32. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the model with its random weights, which are always the same. */
    public ReferenceModel model() {
        return ReferenceModel.random(config, SEED + ordinal());
    }

    /** Writes the model as a checkpoint; the directory is created if missing. */
    public ModelSource write(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + directory, e);
        }
        model().write(directory);
        return ModelSource.directory(directory);
    }
}
