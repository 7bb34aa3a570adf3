package org.rpt4j.model.format.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.TensorInfo;

/** Makes {@code config.json} from the metadata. A key of the network that is not known is refused by name. */
final class GgufConfig {

    /** The network of a file. Mistral's files are llama's. */
    private enum Network {
        LLAMA("llama", "LlamaForCausalLM"),
        QWEN2("qwen2", "Qwen2ForCausalLM"),
        QWEN3("qwen3", "Qwen3ForCausalLM");

        private final String name;
        private final String className;

        Network(String name, String className) {
            this.name = name;
            this.className = className;
        }
    }

    /** Keys of the network that are obeyed or checked below, without the network's name. */
    private static final Set<String> KNOWN = Set.of(
            "block_count",
            "context_length",
            "embedding_length",
            "feed_forward_length",
            "vocab_size",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.key_length",
            "attention.value_length",
            "attention.layer_norm_rms_epsilon",
            "attention.sliding_window",
            "attention.causal",
            "expert_count",
            "expert_used_count",
            "use_parallel_residual",
            "tensor_data_layout",
            "rope.dimension_count",
            "rope.freq_base",
            "rope.scale_linear",
            "rope.scaling.type",
            "rope.scaling.factor",
            "rope.scaling.original_context_length",
            "rope.scaling.attn_factor",
            "rope.scaling.finetuned");

    private static final List<String> END_TOKENS = List.of("eos", "eot", "eom");

    private final GgufMetadata metadata;
    private final Map<String, TensorInfo> tensors;
    private final Network network;

    GgufConfig(GgufMetadata metadata, Map<String, TensorInfo> tensors) {
        this.metadata = metadata;
        this.tensors = tensors;
        this.network = network(metadata);
    }

    private static Network network(GgufMetadata metadata) {
        String type = metadata.textOr("general.type", "model");
        if (!type.equals("model")) {
            throw metadata.unexpected("general.type", "\"model\": this file holds something else");
        }
        if (metadata.has("split.count") && metadata.count("split.count") > 1) {
            throw new ModelFormatException(metadata.file() + " is one of " + metadata.count("split.count")
                    + " parts. Join them with llama-gguf-split --merge.");
        }
        String name = metadata.text("general.architecture");
        for (Network network : Network.values()) {
            if (network.name.equals(name)) {
                return network;
            }
        }
        throw metadata.unexpected("general.architecture", "one of llama, qwen2, qwen3");
    }

    /** Returns whether the converter has put the rows of queries and keys into another order. */
    boolean interleavesHeads() {
        return network == Network.LLAMA;
    }

    private String key(String name) {
        return network.name + "." + name;
    }

    /**
     * Refuses keys that may change the computation and are not known.
     *
     * @param accepted names to ignore
     */
    void requireKnown(Set<String> accepted) {
        for (String key : metadata.keys()) {
            String name = key.startsWith(key("")) ? key.substring(key("").length()) : "";
            boolean foreign = key.startsWith("adapter.");
            if ((foreign || !name.isEmpty() && !KNOWN.contains(name)) && !accepted.contains(key)) {
                throw new ModelFormatException(
                        metadata.unexpected(key, "no such key: rpt4j does not know whether it changes the computation")
                                        .getMessage()
                                + ". To read the model as if it were absent, accept it: --accept-config " + key
                                + ", model.accept-config or ModelSource.accepting");
            }
        }
    }

    /** Returns the configuration in the Hugging Face layout. */
    ObjectNode toJson() {
        refuse("expert_count", metadata.countOr(key("expert_count"), 0) > 0, "0: experts are not computed");
        refuse("attention.causal", !metadata.flagOr(key("attention.causal"), true), "true");
        refuse("use_parallel_residual", metadata.flagOr(key("use_parallel_residual"), false), "false");
        String layout = key("tensor_data_layout");
        refuse(
                "tensor_data_layout",
                !metadata.textOr(layout, "Meta AI original pth").equals("Meta AI original pth"),
                "\"Meta AI original pth\"");
        requireQuantisation();

        int heads = metadata.sameCount(key("attention.head_count"));
        int hidden = metadata.count(key("embedding_length"));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(network.className);
        json.put("model_type", network.name)
                .put("vocab_size", rows())
                .put("hidden_size", hidden)
                .put("intermediate_size", metadata.sameCount(key("feed_forward_length")))
                .put("num_hidden_layers", metadata.count(key("block_count")))
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", keyValueHeads(heads))
                .put("head_dim", headSize(hidden, heads))
                .put("max_position_embeddings", context())
                .put("hidden_act", "silu")
                .put("rms_norm_eps", metadata.number(key("attention.layer_norm_rms_epsilon")))
                .put("rope_theta", metadata.numberOr(key("rope.freq_base"), 10_000))
                .put("tie_word_embeddings", !tensors.containsKey(TensorNames.HEAD));
        if (network != Network.QWEN2) {
            json.put("attention_bias", tensors.containsKey(TensorNames.QUERY_BIAS));
        }
        RotaryScaling.put(json, network.name, metadata, tensors.containsKey(TensorNames.ROTARY_FACTORS));
        putTokens(json);
        return json;
    }

    /** A window of attention bounds the context, so that every text that fits is computed exactly. */
    private int context() {
        int context = metadata.count(key("context_length"));
        int window = metadata.countOr(key("attention.sliding_window"), 0);
        return window == 0 ? context : Math.min(context, window);
    }

    private void refuse(String name, boolean refused, String expected) {
        if (refused) {
            throw metadata.unexpected(key(name), expected);
        }
    }

    /** Blocks had other layouts before version 2. */
    private void requireQuantisation() {
        boolean quantised = tensors.values().stream()
                .anyMatch(tensor -> GgmlType.valueOf(tensor.dtype()).isQuantised());
        if (quantised && metadata.countOr("general.quantization_version", 2) != 2) {
            throw metadata.unexpected("general.quantization_version", "2");
        }
    }

    private long rows() {
        TensorInfo embedding = tensors.get(TensorNames.EMBEDDING);
        if (embedding == null || embedding.shape().size() != 2) {
            throw new ModelFormatException(metadata.file() + " has "
                    + (embedding == null ? "no tensor " : embedding.shape() + " as ") + TensorNames.EMBEDDING
                    + ", expected a matrix with a row for each token");
        }
        long rows = embedding.shape().get(0);
        String key = key("vocab_size");
        if (metadata.has(key) && metadata.count(key) != rows) {
            throw metadata.unexpected(key, rows + ", the rows of " + TensorNames.EMBEDDING);
        }
        return rows;
    }

    private int keyValueHeads(int heads) {
        String key = key("attention.head_count_kv");
        return metadata.has(key) ? metadata.sameCount(key) : heads;
    }

    private int headSize(int hidden, int heads) {
        String length = key("attention.key_length");
        if (!metadata.has(length) && (heads == 0 || hidden % heads != 0)) {
            throw metadata.unexpected(
                    key("attention.head_count"), "a divisor of " + key("embedding_length") + ", which is " + hidden);
        }
        int size = metadata.has(length) ? metadata.count(length) : hidden / heads;
        for (String name : List.of("attention.value_length", "rope.dimension_count")) {
            refuse(name, metadata.countOr(key(name), size) != size, size + ", the size of a head");
        }
        return size;
    }

    private void putTokens(ObjectNode json) {
        if (metadata.has("tokenizer.ggml.bos_token_id")) {
            json.put("bos_token_id", metadata.count("tokenizer.ggml.bos_token_id"));
        }
        Set<Integer> ends = new LinkedHashSet<>();
        for (String end : END_TOKENS) {
            String key = "tokenizer.ggml." + end + "_token_id";
            if (metadata.has(key)) {
                ends.add(metadata.count(key));
            }
        }
        if (ends.size() == 1) {
            json.put("eos_token_id", ends.iterator().next());
        } else if (!ends.isEmpty()) {
            ArrayNode list = json.putArray("eos_token_id");
            ends.forEach(list::add);
        }
    }
}
