package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes {@code config.json} in the Hugging Face layout for a new model. Stateless.
 *
 * @since 0.1.0
 */
public final class ModelConfigWriter {

    private ModelConfigWriter() {}

    /**
     * Returns the configuration as JSON, which {@link ModelConfigReader} reads back as an equal value, with float32 as
     * dtype.
     *
     * @throws IllegalArgumentException if the architecture does not support this combination of biases, norms and switches
     */
    public static String toJson(ModelConfig config) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putArray("architectures").add(config.architecture().className());
        json.put("model_type", config.architecture().modelType());
        json.put("vocab_size", config.vocabularySize())
                .put("hidden_size", config.hiddenSize())
                .put("intermediate_size", config.intermediateSize())
                .put("num_hidden_layers", config.layers())
                .put("num_attention_heads", config.heads())
                .put("num_key_value_heads", config.keyValueHeads())
                .put("head_dim", config.headSize())
                .put("max_position_embeddings", config.contextLength())
                .put("rms_norm_eps", config.normEpsilon())
                .put("rope_theta", config.ropeTheta())
                .put("tie_word_embeddings", config.tiedHead())
                .put("torch_dtype", DType.F32.torchName());
        putSwitches(json, config);
        putScaling(json, config.ropeScaling());
        putEndTokens(json, config);
        requireSame(config, ModelConfigReader.parse(ModelConfigReader.FILE, json));
        return json.toPrettyString();
    }

    private static void requireSame(ModelConfig config, ModelConfig read) {
        if (read.equals(config)) {
            return;
        }
        if (!read.switches().equals(config.switches())) {
            throw new IllegalArgumentException(
                    config.architecture() + " cannot have " + config.switches() + ", its file says " + read.switches());
        }
        throw new IllegalArgumentException(config.architecture() + " cannot have queryBias " + config.queryBias()
                + ", outputBias " + config.outputBias() + " and queryKeyNorm " + config.queryKeyNorm());
    }

    /** The keys of a family. What no key can say must be as in the family, which reading back checks. */
    private static void putSwitches(ObjectNode json, ModelConfig config) {
        DecoderSwitches switches = config.switches();
        int window = switches.layers().stream()
                .mapToInt(DecoderSwitches.LayerKind::window)
                .max()
                .orElse(0);
        String activation = switch (switches.activation()) {
            case SILU -> "silu";
            case GELU_TANH -> "gelu_pytorch_tanh";
        };
        json.put(config.architecture() == Architecture.GEMMA3 ? "hidden_activation" : "hidden_act", activation);
        switch (config.architecture()) {
            case LLAMA, QWEN3, OLMO2 -> json.put("attention_bias", config.queryBias());
            case QWEN2 -> {}
            case QWEN3_MOE -> {
                json.put("attention_bias", config.queryBias());
                putExperts(json, switches.experts());
            }
            case MIMO -> json.put("num_nextn_predict_layers", switches.extraLayers());
            case SMOLLM3 -> {
                json.put("attention_bias", config.queryBias());
                ArrayNode rotates = json.putArray("no_rope_layers");
                switches.layers()
                        .forEach(layer -> rotates.add(layer.rotation() == DecoderSwitches.Rotation.NONE ? 0 : 1));
            }
            case MISTRAL -> putWindow(json, window);
            case PHI3 -> {
                json.put("partial_rotary_factor", (double) switches.rotarySize() / config.headSize());
                putWindow(json, window);
            }
            case GEMMA3 -> {
                json.put("attention_bias", config.queryBias());
                json.put("query_pre_attn_scalar", Math.rint(Math.pow(switches.attentionScale(), -2)));
                json.put("rope_local_base_freq", switches.localTheta());
                json.put("sliding_window", window);
                ArrayNode types = json.putArray("layer_types");
                switches.layers()
                        .forEach(layer -> types.add(layer.window() > 0 ? "sliding_attention" : "full_attention"));
            }
        }
    }

    private static void putExperts(ObjectNode json, Experts experts) {
        json.put("num_experts", experts.count());
        if (experts.count() > 0) {
            json.put("num_experts_per_tok", experts.perToken())
                    .put("moe_intermediate_size", experts.width())
                    .put("norm_topk_prob", experts.normalised())
                    .put("decoder_sparse_step", 1);
            ArrayNode dense = json.putArray("mlp_only_layers");
            experts.denseLayers().stream().sorted().forEach(dense::add);
        }
    }

    /** Null and not absent, which would be the window of the family. */
    private static void putWindow(ObjectNode json, int window) {
        if (window > 0) {
            json.put("sliding_window", window);
        } else {
            json.putNull("sliding_window");
        }
    }

    private static void putScaling(ObjectNode json, RopeScaling scaling) {
        if (scaling instanceof RopeScaling.Linear linear) {
            scaling(json, "linear").put("factor", linear.factor());
        } else if (scaling instanceof RopeScaling.Llama3 llama) {
            scaling(json, "llama3")
                    .put("factor", llama.factor())
                    .put("low_freq_factor", llama.lowFactor())
                    .put("high_freq_factor", llama.highFactor())
                    .put("original_max_position_embeddings", llama.originalContext());
        } else if (scaling instanceof RopeScaling.Yarn yarn) {
            scaling(json, "yarn")
                    .put("factor", yarn.factor())
                    .put("beta_fast", yarn.fastTurns())
                    .put("beta_slow", yarn.slowTurns())
                    .put("original_max_position_embeddings", yarn.originalContext())
                    .put("truncate", yarn.rounded())
                    .put("attention_factor", yarn.attentionFactor());
        } else if (scaling instanceof RopeScaling.Dynamic dynamic) {
            scaling(json, "dynamic").put("factor", dynamic.factor());
        } else if (scaling instanceof RopeScaling.LongRope longRope) {
            ObjectNode rope = scaling(json, "longrope")
                    .put("original_max_position_embeddings", longRope.originalContext())
                    .put("attention_factor", longRope.attentionFactor());
            longRope.shortFactors().forEach(rope.putArray("short_factor")::add);
            longRope.longFactors().forEach(rope.putArray("long_factor")::add);
        }
    }

    private static ObjectNode scaling(ObjectNode json, String type) {
        return json.putObject("rope_scaling").put("rope_type", type);
    }

    private static void putEndTokens(ObjectNode json, ModelConfig config) {
        if (config.endTokens().size() == 1) {
            json.put("eos_token_id", config.endTokens().get(0));
        } else if (config.endTokens().size() > 1) {
            ArrayNode tokens = json.putArray("eos_token_id");
            config.endTokens().forEach(tokens::add);
        }
    }
}
