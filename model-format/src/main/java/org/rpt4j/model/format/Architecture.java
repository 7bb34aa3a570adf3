package org.rpt4j.model.format;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The decoder families that rpt4j knows. They share one network, whose {@link DecoderSwitches switches} say what differs:
 * a family is only a class name, the keys of its configuration, and the defaults of its Hugging Face class.
 *
 * @since 0.1.0
 */
public enum Architecture {
    /** Llama 1 to 3 and compatible models; biases only if the configuration asks for them. */
    LLAMA("LlamaForCausalLM", "llama", new Defaults().context(2048)),
    /** Qwen2 and Qwen2.5: biases on the query, key and value projections. */
    QWEN2("Qwen2ForCausalLM", "qwen2", new Defaults().context(32768)),
    /** Qwen3: RMSNorm over each query and key head before the rotation. */
    QWEN3("Qwen3ForCausalLM", "qwen3", new Defaults().context(32768).head(128)),
    /** Qwen3 with experts, such as Qwen3-30B-A3B: layers with several feed-forwards, of which a token uses a few. */
    QWEN3_MOE(
            "Qwen3MoeForCausalLM",
            "qwen3_moe",
            new Defaults()
                    .context(32768)
                    .keyValueHeads(4)
                    .keys(
                            "num_experts",
                            "num_local_experts",
                            "num_experts_per_tok",
                            "moe_intermediate_size",
                            "norm_topk_prob",
                            "decoder_sparse_step",
                            "mlp_only_layers")),
    /** Mistral 7B and Ministral: Llama's network without biases; in some models every layer has a window. */
    MISTRAL(
            "MistralForCausalLM",
            "mistral",
            new Defaults().context(131072).keyValueHeads(8).window(4096).keys("sliding_window")),
    /**
     * MiMo 7B: Qwen2's network. Its layers that predict several tokens at once are not computed; they are kept when the
     * model is saved.
     */
    MIMO("MiMoForCausalLM", "mimo", new Defaults().context(32768).keys("num_nextn_predict_layers")),
    /** SmolLM3: Llama's network in which some layers do not rotate queries and keys. */
    SMOLLM3(
            "SmolLM3ForCausalLM",
            "smollm3",
            new Defaults()
                    .context(32768)
                    .keyValueHeads(4)
                    .theta(2_000_000)
                    .tied()
                    .keys("no_rope_layers", "no_rope_layer_interval")),
    /**
     * Phi-3, Phi-3.5-mini and Phi-4-mini: Llama's network, whose files hold query, key and value as one matrix, and gate
     * and up as another. Only a part of each head may rotate.
     */
    PHI3(
            "Phi3ForCausalLM",
            "phi3",
            new Defaults()
                    .context(4096)
                    .epsilon(1e-5)
                    .keys("original_max_position_embeddings", "sliding_window", "partial_rotary_factor")),
    /** OLMo 2: norms behind attention and feed-forward instead of before, and over all query and key heads at once. */
    OLMO2("Olmo2ForCausalLM", "olmo2", new Defaults().context(2048).epsilon(1e-5)),
    /**
     * Gemma 3, text only: norms before and behind, with weights that are added to 1; scaled embeddings; gated GELU;
     * layers with a window and a rotation of their own between layers that see the whole text.
     */
    GEMMA3(
            "Gemma3ForCausalLM",
            "gemma3_text",
            new Defaults()
                    .context(131072)
                    .keyValueHeads(4)
                    .head(256)
                    .theta(1_000_000)
                    .window(4096)
                    .tied()
                    .keys(
                            "query_pre_attn_scalar",
                            "sliding_window",
                            "sliding_window_pattern",
                            "_sliding_window_pattern",
                            "rope_local_base_freq",
                            "hidden_activation"));

    private final String className;
    private final String modelType;
    private final Defaults defaults;

    Architecture(String className, String modelType, Defaults defaults) {
        this.className = className;
        this.modelType = modelType;
        this.defaults = defaults;
    }

    /** Returns the Hugging Face class name. */
    public String className() {
        return className;
    }

    /** Returns the Hugging Face model type, such as {@code llama}. */
    String modelType() {
        return modelType;
    }

    /** Returns what the Hugging Face class has where a configuration is silent. */
    Defaults defaults() {
        return defaults;
    }

    static Architecture ofClassName(String name) {
        for (Architecture architecture : values()) {
            if (architecture.className.equals(name)) {
                return architecture;
            }
        }
        throw new ModelFormatException("architecture \"" + name + "\" is not supported. Supported: "
                + Arrays.stream(values()).map(Architecture::className).collect(Collectors.joining(", ")));
    }

    /** The defaults of a Hugging Face class, and the keys that only this class obeys. */
    static final class Defaults {

        int context;
        /** 0 for as many as query heads. */
        int keyValueHeads;
        /** 0 for the hidden size divided by the heads. */
        int headSize;
        /** 0 for none. */
        int window;

        double epsilon = 1e-6;
        double theta = 10_000;
        boolean tied;
        Set<String> keys = Set.of();

        private Defaults context(int context) {
            this.context = context;
            return this;
        }

        private Defaults keyValueHeads(int keyValueHeads) {
            this.keyValueHeads = keyValueHeads;
            return this;
        }

        private Defaults head(int size) {
            this.headSize = size;
            return this;
        }

        private Defaults window(int window) {
            this.window = window;
            return this;
        }

        private Defaults epsilon(double epsilon) {
            this.epsilon = epsilon;
            return this;
        }

        private Defaults theta(double theta) {
            this.theta = theta;
            return this;
        }

        private Defaults tied() {
            this.tied = true;
            return this;
        }

        private Defaults keys(String... keys) {
            this.keys = Set.of(keys);
            return this;
        }
    }
}
