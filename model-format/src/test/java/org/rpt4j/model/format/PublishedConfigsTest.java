package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The keys that tools write around the settings of a network do not stand in the way. */
class PublishedConfigsTest {

    private static final String SHAPE = """
            "vocab_size": 4096, "hidden_size": 128, "intermediate_size": 344, "num_hidden_layers": 3,
            "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-05, "hidden_act": "silu",
            """;

    @TempDir
    Path directory;

    static Stream<Arguments> configs() {
        return Stream.of(
                Arguments.of("Llama 1", Architecture.LLAMA, """
                        "model_type": "llama", "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": -1,
                        "max_sequence_length": 512, "max_position_embeddings": 512, "initializer_range": 0.02,
                        "torch_dtype": "float16", "transformers_version": "4.27.0.dev0", "use_cache": true,
                        "tie_word_embeddings": false, "_name_or_path": "somewhere/llama", "pretraining_tp": 1,
                        "rope_scaling": null
                        """),
                Arguments.of("Llama 3", Architecture.LLAMA, """
                        "model_type": "llama", "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false,
                        "bos_token_id": 4000, "eos_token_id": [4001, 4008, 4009], "head_dim": 32, "pretraining_tp": 1,
                        "max_position_embeddings": 131072, "rope_theta": 500000.0, "rope_scaling": {"factor": 32.0,
                        "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
                        "rope_type": "llama3"}, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
                        "transformers_version": "4.45.0.dev0", "use_cache": true, "initializer_range": 0.02,
                        "unsloth_fixed": true, "_attn_implementation_autoset": true, "_commit_hash": "0a1b"
                        """),
                Arguments.of("Small Llama for the browser", Architecture.LLAMA, """
                        "model_type": "llama", "is_llama_config": true, "rope_interleaved": false, "rope_theta": 100000,
                        "transformers.js_config": {"dtype": "q4", "kv_cache_dtype": {"q4f16": "float16"}},
                        "initializer_range": 0.041, "max_position_embeddings": 8192, "pad_token_id": 2
                        """),
                Arguments.of("Qwen3 with experts", Architecture.QWEN3_MOE, """
                        "model_type": "qwen3_moe", "attention_bias": false, "attention_dropout": 0.0,
                        "bos_token_id": 4080, "eos_token_id": 4082, "decoder_sparse_step": 1, "head_dim": 128,
                        "initializer_range": 0.02, "max_position_embeddings": 40960, "max_window_layers": 48,
                        "mlp_only_layers": [], "moe_intermediate_size": 768, "norm_topk_prob": true,
                        "num_experts": 128, "num_experts_per_tok": 8, "output_router_logits": false,
                        "rope_scaling": null, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.001,
                        "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
                        "transformers_version": "4.51.0", "use_cache": true, "use_sliding_window": false
                        """),
                Arguments.of("Mistral 7B v0.3", Architecture.MISTRAL, """
                        "model_type": "mistral", "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2,
                        "initializer_range": 0.02, "max_position_embeddings": 32768, "rope_theta": 1000000.0,
                        "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
                        "transformers_version": "4.42.0.dev0", "use_cache": true
                        """),
                Arguments.of("Mistral 7B v0.1", Architecture.MISTRAL, """
                        "model_type": "mistral", "bos_token_id": 1, "eos_token_id": 2, "sliding_window": 4096,
                        "initializer_range": 0.02, "max_position_embeddings": 32768, "rope_theta": 10000.0,
                        "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true
                        """),
                Arguments.of("Qwen 2.5", Architecture.QWEN2, """
                        "model_type": "qwen2", "attention_dropout": 0.0, "bos_token_id": 4080, "eos_token_id": 4082,
                        "max_position_embeddings": 32768, "max_window_layers": 21, "sliding_window": 32768,
                        "use_sliding_window": false, "use_mrope": false, "rope_theta": 1000000.0, "use_cache": true,
                        "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.43.1"
                        """),
                Arguments.of("Qwen 3", Architecture.QWEN3, """
                        "model_type": "qwen3", "attention_bias": false, "attention_dropout": 0.0, "head_dim": 128,
                        "bos_token_id": 4080, "eos_token_id": 4082, "max_position_embeddings": 40960,
                        "max_window_layers": 28, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
                        "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.51.0",
                        "use_cache": true, "use_sliding_window": false, "initializer_range": 0.02
                        """),
                Arguments.of("R1 0528, distilled into Qwen 3", Architecture.QWEN3, """
                        "model_type": "qwen3", "attention_bias": false, "attention_dropout": 0.0, "head_dim": 128,
                        "max_position_embeddings": 131072, "max_window_layers": 36, "rope_theta": 1000000,
                        "rope_scaling": {"attn_factor": 0.8782488562869419, "factor": 4.0,
                        "original_max_position_embeddings": 32768, "rope_type": "yarn"}, "sliding_window": null,
                        "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_sliding_window": false
                        """),
                Arguments.of("MiMo 7B", Architecture.MIMO, """
                        "model_type": "mimo", "attention_bias": true, "attention_dropout": 0.0, "head_dim": 128,
                        "auto_map": {"AutoConfig": "configuration_mimo.MiMoConfig",
                        "AutoModel": "modeling_mimo.MiMoModel",
                        "AutoModelForCausalLM": "modeling_mimo.MiMoForCausalLM"}, "max_position_embeddings": 32768,
                        "max_window_layers": 36, "num_nextn_predict_layers": 1, "rope_scaling": null,
                        "rope_theta": 640000, "sliding_window": 32768, "use_sliding_window": false
                        """),
                Arguments.of("SmolLM3 3B", Architecture.SMOLLM3, """
                        "model_type": "smollm3", "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false,
                        "layer_types": ["full_attention", "full_attention", "full_attention"],
                        "max_position_embeddings": 65536, "max_window_layers": 28, "no_rope_layer_interval": 4,
                        "no_rope_layers": [1, 1, 0], "pretraining_tp": 2, "rope_scaling": null,
                        "rope_theta": 5000000.0, "sliding_window": null, "use_sliding_window": false
                        """),
                Arguments.of("Phi-3-mini 4k", Architecture.PHI3, """
                        "model_type": "phi3", "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config",
                        "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}, "attention_bias": false,
                        "attention_dropout": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "rope_scaling": null,
                        "max_position_embeddings": 4096, "original_max_position_embeddings": 4096,
                        "rope_theta": 10000.0, "sliding_window": 2047, "tie_word_embeddings": false
                        """),
                Arguments.of("OLMo 2", Architecture.OLMO2, """
                        "model_type": "olmo2", "attention_bias": false, "attention_dropout": 0.0,
                        "max_position_embeddings": 4096, "rope_scaling": null, "rope_theta": 500000,
                        "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true
                        """),
                Arguments.of("Qwen 3, written by transformers 5", Architecture.QWEN3, """
                        "model_type": "qwen3", "attention_bias": false, "attention_dropout": 0.0, "head_dim": 128,
                        "dtype": "float32", "layer_types": ["full_attention", "full_attention", "full_attention"],
                        "rope_parameters": {"rope_theta": 1000000, "rope_type": "default"}, "sliding_window": null,
                        "max_position_embeddings": 40960, "max_window_layers": 28, "use_sliding_window": false,
                        "pad_token_id": null, "is_decoder": false, "is_encoder_decoder": false, "id2label": {"0": "A"},
                        "label2id": {"A": 0}, "output_attentions": false, "return_dict": true, "problem_type": null,
                        "add_cross_attention": false, "chunk_size_feed_forward": 0, "pruned_heads": {},
                        "tie_encoder_decoder": false, "cross_attention_hidden_size": null, "use_cache": false,
                        "torchscript": false, "finetuning_task": null, "tf_legacy_loss": false
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configs")
    void aPublishedConfigurationIsRead(String name, Architecture architecture, String fields) throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                "{\"architectures\": [\"" + architecture.className() + "\"], " + SHAPE + fields + "}");

        ModelConfig config = ModelConfigReader.read(directory);

        assertThat(config.architecture()).isEqualTo(architecture);
        assertThat(config.layers()).isEqualTo(3);
    }
}
