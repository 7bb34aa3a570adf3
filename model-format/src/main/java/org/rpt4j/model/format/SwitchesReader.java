package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.DecoderSwitches.Activation;
import org.rpt4j.model.format.DecoderSwitches.LayerKind;
import org.rpt4j.model.format.DecoderSwitches.NormPlacement;
import org.rpt4j.model.format.DecoderSwitches.Rotation;

/**
 * Reads the {@link DecoderSwitches} of a family from {@code config.json}: what is the same in every model of a family, and
 * what its keys say. Source: the configuration and model classes of transformers 4.57 and 5, of each family, and for MiMo
 * the code that comes with MiMo-7B.
 */
final class SwitchesReader {

    private static final String LAYER_TYPES = "layer_types";
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    private static final Map<String, Activation> ACTIVATIONS =
            Map.of("silu", Activation.SILU, "swish", Activation.SILU, "gelu_pytorch_tanh", Activation.GELU_TANH);

    private SwitchesReader() {}

    static DecoderSwitches read(JsonFields json, Architecture architecture, int layers, int hiddenSize, int headSize) {
        ModelConfig.requireRange("layers", layers, ModelConfig.MAX_LAYERS);
        DecoderSwitches.Builder switches = DecoderSwitches.builder(layers, headSize);
        if (architecture != Architecture.GEMMA3) {
            switches.activation(activation(json, "hidden_act", "silu"));
            requireFullAttention(json, layers);
        }
        switch (architecture) {
            case LLAMA, QWEN2, QWEN3 -> {}
            case QWEN3_MOE -> switches.experts(ExpertsReader.read(json, layers));
            case MISTRAL -> switches.layers(sameWindow(json, architecture, layers));
            case MIMO -> switches.extraLayers(json.has("num_nextn_predict_layers") ? extraLayers(json) : 0);
            case SMOLLM3 -> switches.layers(smolLm3(json, layers));
            case PHI3 ->
                switches.fused(true)
                        .rotarySize((int) (headSize * RopeReader.partial(json)))
                        .layers(sameWindow(json, architecture, layers));
            case OLMO2 -> switches.normPlacement(NormPlacement.AFTER).normOverAllHeads(true);
            case GEMMA3 ->
                switches.activation(gemmaActivation(json))
                        .normPlacement(NormPlacement.BOTH)
                        .normAddsOne(true)
                        .embeddingScale(toBfloat16(Math.sqrt(hiddenSize)))
                        .attentionScale(1 / Math.sqrt(json.numberOr("query_pre_attn_scalar", 256)))
                        .localTheta(RopeReader.localTheta(json))
                        .layers(gemma3(json, architecture, layers));
        }
        return switches.build();
    }

    private static Activation activation(JsonFields json, String key, String absent) {
        String name = json.textOr(key, absent);
        Activation activation = ACTIVATIONS.get(name);
        if (activation == null) {
            throw new ModelFormatException(json.where() + ": \"" + key + "\" is \"" + name
                    + "\". Supported: silu (also called swish), gelu_pytorch_tanh");
        }
        return activation;
    }

    /** Its class obeys hidden_activation and ignores hidden_act, which must not say something else. */
    private static Activation gemmaActivation(JsonFields json) {
        Activation activation = activation(json, "hidden_activation", "gelu_pytorch_tanh");
        if (json.has("hidden_act") && activation(json, "hidden_act", "") != activation) {
            throw json.refuse("hidden_act", "the same as \"hidden_activation\", or nothing");
        }
        return activation;
    }

    private static int extraLayers(JsonFields json) {
        return json.integer("num_nextn_predict_layers", 0);
    }

    private static int window(JsonFields json, Architecture architecture) {
        String key = "sliding_window";
        return json.positiveOr(key, json.object().has(key) ? 0 : architecture.defaults().window);
    }

    private static List<LayerKind> sameWindow(JsonFields json, Architecture architecture, int layers) {
        return Collections.nCopies(layers, new LayerKind(Rotation.GLOBAL, window(json, architecture)));
    }

    private static void requireFullAttention(JsonFields json, int layers) {
        for (JsonNode type : layerTypes(json, layers)) {
            if (!type.asText().equals(FULL)) {
                throw json.unexpected(LAYER_TYPES, type, "full_attention in every layer");
            }
        }
    }

    private static Iterable<JsonNode> layerTypes(JsonFields json, int layers) {
        JsonNode types = json.object().path(LAYER_TYPES);
        if (json.has(LAYER_TYPES) && (!types.isArray() || types.size() != layers)) {
            throw json.unexpected(LAYER_TYPES, types, "a list with one type for each of the " + layers + " layers");
        }
        return types.isArray() ? types : List.of();
    }

    /** Layers without rotation (Kazemnejad et al. 2023, arXiv 2305.19466): a list of them, or every n-th. */
    private static List<LayerKind> smolLm3(JsonFields json, int layers) {
        String key = "no_rope_layers";
        int interval = json.positiveOr("no_rope_layer_interval", 4);
        int[] rotates = json.has(key) ? json.integers(key, 0) : null;
        if (rotates != null && rotates.length != layers) {
            throw json.unexpected(
                    key, json.object().path(key), "a list with 0 or 1 for each of the " + layers + " layers");
        }
        List<LayerKind> kinds = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            int rotate = rotates != null ? rotates[layer] : Math.min(1, (layer + 1) % interval);
            if (rotate > 1) {
                throw json.unexpected(key, json.object().path(key), "a list of 0 (no rotation) and 1 (rotation)");
            }
            kinds.add(rotate == 1 ? LayerKind.FULL : new LayerKind(Rotation.NONE, 0));
        }
        return kinds;
    }

    /** Layers with a window between layers that see everything: by name, or all but every n-th. */
    private static List<LayerKind> gemma3(JsonFields json, Architecture architecture, int layers) {
        LayerKind sliding = new LayerKind(Rotation.LOCAL, window(json, architecture));
        if (sliding.window() == 0) {
            throw json.refuse("sliding_window", "a whole number of at least 1: layers with a window need one");
        }
        int pattern = json.positiveOr("sliding_window_pattern", json.positiveOr("_sliding_window_pattern", 6));
        List<LayerKind> kinds = new ArrayList<>();
        for (JsonNode type : layerTypes(json, layers)) {
            if (!type.asText().equals(FULL) && !type.asText().equals(SLIDING)) {
                throw json.unexpected(LAYER_TYPES, type, FULL + " or " + SLIDING);
            }
            kinds.add(type.asText().equals(SLIDING) ? sliding : LayerKind.FULL);
        }
        for (int layer = kinds.size(); layer < layers; layer++) {
            kinds.add((layer + 1) % pattern == 0 ? LayerKind.FULL : sliding);
        }
        return kinds;
    }

    /**
     * Rounds as Gemma's published code does in the format that the models were trained and published in. The factor does
     * not follow the format of the file: a model that is saved in another must stay the same.
     */
    private static double toBfloat16(double value) {
        int bits = Float.floatToIntBits((float) value);
        return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }
}
