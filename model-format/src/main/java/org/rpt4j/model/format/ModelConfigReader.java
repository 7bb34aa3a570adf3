package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Reads {@code config.json} in the Hugging Face layout. Missing fields get the defaults of the Hugging Face class;
 * unsupported settings that would change the computation are rejected by name, never ignored. Stateless.
 *
 * @since 0.1.0
 */
public final class ModelConfigReader {

    static final String FILE = "config.json";

    private static final int MAX_BYTES = 1 << 20;
    private static final int QWEN3_HEAD_SIZE = 128;

    private ModelConfigReader() {}

    /**
     * Reads the configuration of a checkpoint.
     *
     * @param directory the checkpoint
     * @throws ModelFormatException if {@code config.json} is missing, larger than 1 MiB, malformed, contradictory or
     *     describes an unsupported model
     */
    public static ModelConfig read(Path directory) {
        Path file = directory.resolve(FILE);
        return parse(JsonFields.read(file, MAX_BYTES, ModelFormatException::new));
    }

    /** Returns the raw object, for code that modifies and rewrites it. */
    static ObjectNode readRaw(Path directory) {
        return JsonFields.read(directory.resolve(FILE), MAX_BYTES, ModelFormatException::new)
                .object();
    }

    static ModelConfig parse(String where, ObjectNode object) {
        return parse(new JsonFields(where, object));
    }

    private static ModelConfig parse(JsonFields json) {
        Architecture architecture = architecture(json);
        refuseUnsupported(json);
        int hidden = json.positive("hidden_size");
        int heads = json.positive("num_attention_heads");
        boolean attentionBias = architecture != Architecture.QWEN2 && json.flagOr("attention_bias", false);
        try {
            return new ModelConfig(
                    architecture,
                    json.positive("vocab_size"),
                    hidden,
                    json.positive("intermediate_size"),
                    json.positive("num_hidden_layers"),
                    heads,
                    json.positiveOr("num_key_value_heads", heads),
                    headSize(json, architecture, hidden, heads),
                    json.positiveOr("max_position_embeddings", architecture == Architecture.LLAMA ? 2048 : 32768),
                    json.numberOr("rms_norm_eps", 1e-6),
                    RopeReader.theta(json),
                    RopeReader.scaling(json),
                    json.flagOr("tie_word_embeddings", false),
                    architecture == Architecture.QWEN2 || attentionBias,
                    attentionBias,
                    architecture == Architecture.QWEN3,
                    endTokens(json));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(json.where() + " describes an impossible model: " + e.getMessage(), e);
        }
    }

    private static Architecture architecture(JsonFields json) {
        JsonNode name = json.object().path("architectures").path(0);
        if (!name.isTextual()) {
            throw json.unexpected(
                    "architectures", json.object().path("architectures"), "a list that begins with a class name");
        }
        try {
            return Architecture.ofClassName(name.textValue());
        } catch (ModelFormatException e) {
            throw new ModelFormatException(json.where() + ": " + e.getMessage(), e);
        }
    }

    private static int headSize(JsonFields json, Architecture architecture, int hidden, int heads) {
        if (json.has("head_dim")) {
            return json.positive("head_dim");
        }
        if (architecture == Architecture.QWEN3 && !json.object().has("head_dim")) {
            return QWEN3_HEAD_SIZE;
        }
        if (hidden % heads != 0) {
            throw new ModelFormatException(json.where() + ": \"hidden_size\" is " + hidden
                    + ", expected a multiple of \"num_attention_heads\", which is " + heads
                    + ", because \"head_dim\" is missing");
        }
        return hidden / heads;
    }

    private static void refuseUnsupported(JsonFields json) {
        String activation = json.textOr("hidden_act", "silu");
        if (!activation.equals("silu") && !activation.equals("swish")) {
            throw new ModelFormatException(
                    json.where() + ": \"hidden_act\" is \"" + activation + "\". Supported: silu");
        }
        if (json.flagOr("mlp_bias", false)) {
            throw new ModelFormatException(
                    json.where() + ": \"mlp_bias\" is true. Supported: feed-forward layers without biases");
        }
        if (json.flagOr("use_sliding_window", false)) {
            throw new ModelFormatException(
                    json.where() + ": \"use_sliding_window\" is true. Supported: full attention");
        }
        for (JsonNode type : json.object().path("layer_types")) {
            if (!type.asText().equals("full_attention")) {
                throw json.unexpected("layer_types", type, "full_attention in every layer");
            }
        }
        if (json.has("quantization_config")) {
            throw json.unexpected(
                    "quantization_config",
                    json.object().path("quantization_config"),
                    "none: weights must be F32, F16 or BF16");
        }
    }

    private static List<Integer> endTokens(JsonFields json) {
        JsonNode node = json.object().path("eos_token_id");
        List<Integer> tokens = new ArrayList<>();
        if (node.isMissingNode() || node.isNull()) {
            return tokens;
        }
        for (JsonNode token : node.isArray() ? node : List.of(node)) {
            if (!token.isIntegralNumber() || !token.canConvertToInt()) {
                throw json.unexpected("eos_token_id", node, "a token id, a list of them or null");
            }
            tokens.add(token.intValue());
        }
        return tokens;
    }
}
