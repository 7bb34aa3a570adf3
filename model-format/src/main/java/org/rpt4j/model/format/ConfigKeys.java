package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.RptException;

/**
 * Every key of {@code config.json} that is known: obeyed by {@link ModelConfigReader}, known to leave the numbers
 * unchanged, or allowed only with the value that every supported network has. Any other key is refused by name, because
 * it may change the computation. Null is absent.
 *
 * <p>The names are those of transformers, its {@code PretrainedConfig} and the configuration classes of the supported
 * {@link Architecture families}, and of the tools whose keys are found in published checkpoints.
 */
final class ConfigKeys {

    /** Read by {@link ModelConfigReader} and {@link RopeReader}. */
    private static final Set<String> OBEYED = Set.of(
            "architectures",
            "model_type",
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "max_position_embeddings",
            "rms_norm_eps",
            "rope_theta",
            "rope_scaling",
            "rope_parameters",
            "partial_rotary_factor",
            "tie_word_embeddings",
            "attention_bias",
            "hidden_act",
            "layer_types",
            "eos_token_id");

    /** Leave the numbers unchanged. */
    private static final Set<String> HARMLESS = Stream.of(
                    // Where a checkpoint comes from, and how it is stored.
                    words("_name_or_path _commit_hash name_or_path transformers_version torch_dtype dtype"
                            + " transformers.js_config _from_model_config _auto_class license language"
                            + " is_llama_config finetuning_task unsloth_fixed unsloth_version"
                            + " mergekit_version merge_method trl_version peft_version"),
                    // Tokens outside the network; special tokens come from the tokenizer's files.
                    words("bos_token_id pad_token_id sep_token_id cls_token_id unk_token_id mask_token_id"
                            + " decoder_start_token_id tokenizer_class prefix task_specific_params"
                            + " model_max_length max_sequence_length max_seq_len max_seq_length seq_length"
                            + " pad_vocab_size_multiple_of ignore_index"),
                    // Training and initialisation.
                    words("initializer_range initializer_factor attention_dropout hidden_dropout hidden_dropout_prob"
                            + " attention_probs_dropout_prob attn_pdrop resid_pdrop embd_pdrop classifier_dropout"
                            + " dropout gradient_checkpointing use_gradient_checkpointing _gradient_checkpointing"
                            + " freeze_trainable_layers neftune_noise_alpha training_args"
                            + " pretrained_model_name_or_path keys_to_ignore_at_inference"),
                    // A loss that balances a router, which supervised training adds to its own; here objectives are
                    // all.
                    words("router_aux_loss_coef output_router_logits"),
                    // How the same numbers are computed, split and returned.
                    words("use_cache pretraining_tp chunk_size_feed_forward torchscript use_bfloat16 tf_legacy_loss"
                            + " attn_implementation _attn_implementation _attn_implementation_internal"
                            + " _attn_implementation_autoset use_flash_attn use_flash_attention_2"
                            + " use_flash_attention _flash_attn_2_enabled use_sdpa _experts_implementation"
                            + " experts_implementation base_model_tp_plan base_model_pp_plan return_dict use_return_dict"
                            + " output_hidden_states output_attentions _output_attentions output_scores"
                            + " return_dict_in_generate is_decoder tie_encoder_decoder"
                            + " cross_attention_hidden_size max_window_layers"),
                    // Other tasks' heads.
                    words("id2label label2id num_labels problem_type"),
                    // Generation, which the caller configures.
                    words("max_length min_length max_new_tokens min_new_tokens do_sample early_stopping num_beams"
                            + " num_beam_groups diversity_penalty temperature top_k top_p typical_p min_p"
                            + " repetition_penalty length_penalty no_repeat_ngram_size"
                            + " encoder_no_repeat_ngram_size bad_words_ids num_return_sequences"
                            + " forced_bos_token_id forced_eos_token_id remove_invalid_values"
                            + " exponential_decay_length_penalty suppress_tokens begin_suppress_tokens"
                            + " cache_implementation generation_config"))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** Switches that the supported networks do not have: false, or nothing. */
    private static final Set<String> OFF = words("is_encoder_decoder add_cross_attention mlp_bias use_sliding_window"
            + " use_mrope rope_interleaved rope_interleave use_logn_attn use_dynamic_ntk qk_layernorm use_qk_norm"
            + " use_parallel_residual scale_embeddings lm_head_bias use_bidirectional_attention");

    private static final Set<String> ON = words("is_causal");

    /** Keys with their only value, and how messages name it. */
    private record Fixed(BiPredicate<JsonFields, String> holds, String expected) {}

    private static final Fixed EMPTY =
            new Fixed((json, key) -> json.object().path(key).isEmpty(), "none");

    private static final Map<String, Fixed> FIXED = Map.of(
            "pruned_heads", EMPTY,
            "quantization_config", new Fixed((json, key) -> false, "none: weights must be F32, F16 or BF16"),
            "compression_config", new Fixed((json, key) -> false, "none: weights must be F32, F16 or BF16"),
            "quantization", new Fixed((json, key) -> false, "none: weights must be F32, F16 or BF16"),
            "auto_map",
                    new Fixed(
                            ConfigKeys::isReplaced,
                            "none, or the class named in \"architectures\" of a family that was published with code:"
                                    + " rpt4j does not run the code that comes with a model"),
            "full_attn_mod", new Fixed(ConfigKeys::isOne, "1"),
            "interpolate_factor", new Fixed(ConfigKeys::isOne, "1"),
            "sliding_window", new Fixed(ConfigKeys::isWide, "a window of the whole context: full attention"));

    private ConfigKeys() {}

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    /**
     * Qwen, MiMo and SmolLM3 obey their window only where use_sliding_window is true, which is refused.
     */
    private static boolean isWide(JsonFields json, String key) {
        return switch (className(json)) {
            case "Qwen2ForCausalLM",
                    "Qwen3ForCausalLM",
                    "Qwen3MoeForCausalLM",
                    "MiMoForCausalLM",
                    "SmolLM3ForCausalLM" -> true;
            default -> json.positive(key) >= json.positiveOr("max_position_embeddings", Integer.MAX_VALUE);
        };
    }

    /** MiMo and Phi-3 were published with code that rpt4j computes itself. */
    private static boolean isReplaced(JsonFields json, String key) {
        String name = className(json);
        boolean known = name.equals(Architecture.MIMO.className()) || name.equals(Architecture.PHI3.className());
        return known && json.nested(key).textOr("AutoModelForCausalLM", "").endsWith("." + name);
    }

    private static boolean isOne(JsonFields json, String key) {
        return json.number(key) == 1;
    }

    private static String className(JsonFields json) {
        return json.object().path("architectures").path(0).asText();
    }

    /** Refuses the first key that is not known, or not known with this value. */
    static void requireKnown(JsonFields json, Architecture architecture) {
        Set<String> own = architecture.defaults().keys;
        json.object().properties().forEach(entry -> {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isNull() || own.contains(key) || OBEYED.contains(key) || HARMLESS.contains(key)) {
                return;
            }
            if (OFF.contains(key) || ON.contains(key)) {
                boolean needed = ON.contains(key);
                if (json.flagOr(key, needed) != needed) {
                    throw refused(json.unexpected(key, value, "" + needed), key);
                }
            } else if (FIXED.containsKey(key)) {
                Fixed fixed = FIXED.get(key);
                if (!fixed.holds().test(json, key)) {
                    throw refused(json.unexpected(key, value, fixed.expected()), key);
                }
            } else {
                throw refused(
                        json.unexpected(
                                key, value, "no such key: rpt4j does not know whether it changes the computation"),
                        key);
            }
        });
    }

    /** Adds the way to accept a key. */
    static ModelFormatException refused(RptException refusal, String key) {
        return new ModelFormatException(
                refusal.getMessage() + ". To read the model as if it were absent, accept it: --accept-config " + key
                        + ", model.accept-config or ModelSource.accepting",
                refusal);
    }

    /** Returns the object without the accepted keys. */
    static ObjectNode without(ObjectNode object, Set<String> accepted) {
        ObjectNode rest = object.deepCopy();
        for (String key : accepted) {
            int dot = key.indexOf('.');
            if (rest.has(key) || dot < 0) {
                rest.remove(key);
            } else if (rest.path(key.substring(0, dot)) instanceof ObjectNode nested) {
                nested.remove(key.substring(dot + 1));
            }
        }
        return rest;
    }
}
