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
     * @throws IllegalArgumentException if the architecture does not support this combination of biases and norms
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
                .put("hidden_act", "silu")
                .put("rms_norm_eps", config.normEpsilon())
                .put("rope_theta", config.ropeTheta())
                .put("tie_word_embeddings", config.tiedHead())
                .put("torch_dtype", DType.F32.torchName());
        switch (config.architecture()) {
            case LLAMA, QWEN3 -> json.put("attention_bias", config.queryBias());
            case MISTRAL -> json.putNull("sliding_window");
            case QWEN2 -> {}
        }
        putScaling(json, config.ropeScaling());
        putEndTokens(json, config);
        if (!ModelConfigReader.parse(ModelConfigReader.FILE, json).equals(config)) {
            throw new IllegalArgumentException(config.architecture() + " cannot have queryBias " + config.queryBias()
                    + ", outputBias " + config.outputBias() + " and queryKeyNorm " + config.queryKeyNorm());
        }
        return json.toPrettyString();
    }

    private static void putScaling(ObjectNode json, RopeScaling scaling) {
        if (scaling instanceof RopeScaling.Linear linear) {
            json.putObject("rope_scaling").put("rope_type", "linear").put("factor", linear.factor());
        } else if (scaling instanceof RopeScaling.Llama3 llama) {
            json.putObject("rope_scaling")
                    .put("rope_type", "llama3")
                    .put("factor", llama.factor())
                    .put("low_freq_factor", llama.lowFactor())
                    .put("high_freq_factor", llama.highFactor())
                    .put("original_max_position_embeddings", llama.originalContext());
        }
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
