package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.DecoderSwitches.Activation;
import org.rpt4j.model.format.DecoderSwitches.LayerKind;
import org.rpt4j.model.format.DecoderSwitches.NormPlacement;
import org.rpt4j.model.format.DecoderSwitches.Rotation;

/** What each family's configuration switches on, and what of it is refused. */
class FamiliesTest {

    private static final String SHAPE = """
            "vocab_size": 100, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 6,
            "num_attention_heads": 2, "num_key_value_heads": 1""";

    private static final LayerKind UNROTATED = new LayerKind(Rotation.NONE, 0);

    @TempDir
    private Path directory;

    private ModelConfig read(Architecture architecture, String... fields) throws IOException {
        String more = fields.length == 0 ? "" : ", " + String.join(", ", fields);
        Files.writeString(
                directory.resolve("config.json"),
                "{\"architectures\": [\"" + architecture.className() + "\"], " + SHAPE + more + "}");
        return ModelConfigReader.read(directory);
    }

    @Test
    void miMoIsQwen2WithLayersThatAreKept() throws IOException {
        ModelConfig config = read(
                Architecture.MIMO,
                "\"model_type\": \"mimo\", \"num_nextn_predict_layers\": 1, \"attention_bias\": true",
                "\"auto_map\": {\"AutoModelForCausalLM\": \"modeling_mimo.MiMoForCausalLM\"}",
                "\"use_sliding_window\": false, \"sliding_window\": 128, \"max_window_layers\": 36");
        assertThat(config.queryBias()).isTrue();
        assertThat(config.outputBias()).isFalse();
        assertThat(config.switches())
                .isEqualTo(DecoderSwitches.builder(6, 8).extraLayers(1).build());
    }

    @Test
    void smolLm3HasLayersWithoutRotation() throws IOException {
        ModelConfig every = read(Architecture.SMOLLM3);
        assertThat(every.ropeTheta()).isEqualTo(2e6);
        assertThat(every.tiedHead()).isTrue();
        assertThat(every.switches().layers())
                .containsExactly(
                        LayerKind.FULL, LayerKind.FULL, LayerKind.FULL, UNROTATED, LayerKind.FULL, LayerKind.FULL);
        assertThat(read(Architecture.SMOLLM3, "\"no_rope_layer_interval\": 3")
                        .switches()
                        .layers())
                .containsExactly(LayerKind.FULL, LayerKind.FULL, UNROTATED, LayerKind.FULL, LayerKind.FULL, UNROTATED);
        assertThat(read(Architecture.SMOLLM3, "\"no_rope_layers\": [0, 1, 1, 1, 1, 0]")
                        .switches()
                        .layers())
                .containsExactly(UNROTATED, LayerKind.FULL, LayerKind.FULL, LayerKind.FULL, LayerKind.FULL, UNROTATED);
    }

    @Test
    void phi3RotatesAPartOfAHeadWithinTheContextOfItsShortFactors() throws IOException {
        ModelConfig config = read(
                Architecture.PHI3,
                "\"partial_rotary_factor\": 0.75, \"max_position_embeddings\": 131072",
                "\"original_max_position_embeddings\": 4096, \"sliding_window\": 262144",
                "\"rope_scaling\": {\"type\": \"su\", \"short_factor\": [1, 1.5, 2], \"long_factor\": [2, 8, 32]}",
                "\"embd_pdrop\": 0.0, \"resid_pdrop\": 0.0, \"lm_head_bias\": false, \"mlp_bias\": false",
                "\"full_attn_mod\": 1, \"interpolate_factor\": 1",
                "\"auto_map\": {\"AutoModelForCausalLM\": \"modeling_phi3.Phi3ForCausalLM\"}");
        assertThat(config.switches().rotarySize()).isEqualTo(6);
        assertThat(config.switches().fused()).isTrue();
        assertThat(config.contextLength()).isEqualTo(4096);
        assertThat(config.normEpsilon()).isEqualTo(1e-5);
        // sqrt(1 + ln(131072 / 4096) / ln(4096))
        assertThat(config.rotaryFactor(Rotation.GLOBAL)).isCloseTo(1.1902380714238083, within(1e-15));
        assertThat(config.rotaryFrequencies(Rotation.GLOBAL)[1]).isCloseTo(0.03094392555741853, within(1e-16));
    }

    @Test
    void phi3HasAWindowInEveryLayer() throws IOException {
        assertThat(read(Architecture.PHI3, "\"sliding_window\": 2047")
                        .switches()
                        .layers())
                .containsOnly(new LayerKind(Rotation.GLOBAL, 2047));
        assertThat(read(Architecture.PHI3).switches().windowed(1 << 20)).isFalse();
    }

    @Test
    void mistralHasAWindowUnlessItsFileSaysNull() throws IOException {
        ModelConfig old = read(Architecture.MISTRAL, "\"max_position_embeddings\": 32768, \"sliding_window\": 4096");
        assertThat(old.contextLength()).isEqualTo(32768);
        assertThat(old.switches().layers()).containsOnly(new LayerKind(Rotation.GLOBAL, 4096));
        assertThat(read(Architecture.MISTRAL).switches().layers()).containsOnly(new LayerKind(Rotation.GLOBAL, 4096));
        assertThat(read(Architecture.MISTRAL, "\"sliding_window\": null")
                        .switches()
                        .layers())
                .containsOnly(LayerKind.FULL);
    }

    @Test
    void olmo2NormsBehindAndOverAllHeads() throws IOException {
        ModelConfig config = read(Architecture.OLMO2);
        assertThat(config.switches())
                .isEqualTo(DecoderSwitches.builder(6, 8)
                        .normPlacement(NormPlacement.AFTER)
                        .normOverAllHeads(true)
                        .build());
        assertThat(WeightLayout.of(config).all())
                .contains(
                        new WeightSpec("model.layers.0.self_attn.q_norm.weight", List.of(16)),
                        new WeightSpec("model.layers.0.self_attn.k_norm.weight", List.of(8)),
                        new WeightSpec("model.layers.5.post_attention_layernorm.weight", List.of(16)),
                        new WeightSpec("model.layers.5.post_feedforward_layernorm.weight", List.of(16)))
                .noneMatch(spec -> spec.name().contains("input_layernorm"));
    }

    @Test
    void gemma3HasTwoKindsOfLayers() throws IOException {
        LayerKind local = new LayerKind(Rotation.LOCAL, 512);
        ModelConfig config = read(
                Architecture.GEMMA3,
                "\"model_type\": \"gemma3_text\", \"head_dim\": 8, \"sliding_window\": 512, \"sliding_window_pattern\": 3",
                "\"rope_local_base_freq\": 20000, \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8}",
                "\"query_pre_attn_scalar\": 168, \"attn_logit_softcapping\": null, \"final_logit_softcapping\": null",
                "\"cache_implementation\": \"hybrid\", \"hidden_activation\": \"gelu_pytorch_tanh\"");
        DecoderSwitches switches = config.switches();
        assertThat(switches.layers()).containsExactly(local, local, LayerKind.FULL, local, local, LayerKind.FULL);
        assertThat(switches.activation()).isEqualTo(Activation.GELU_TANH);
        assertThat(switches.normPlacement()).isEqualTo(NormPlacement.BOTH);
        assertThat(switches.normAddsOne()).isTrue();
        assertThat(switches.embeddingScale()).isEqualTo(4); // sqrt(16)
        assertThat(switches.attentionScale()).isEqualTo(1 / Math.sqrt(168));
        assertThat(config.rotaryFrequencies(Rotation.LOCAL)[1]).isCloseTo(Math.pow(20000, -0.25), within(1e-15));
        assertThat(config.rotaryFrequencies(Rotation.GLOBAL)[1]).isCloseTo(Math.pow(1e6, -0.25) / 8, within(1e-15));
        assertThat(WeightLayout.of(config).all())
                .extracting(WeightSpec::name)
                .contains(
                        "model.layers.0.input_layernorm.weight",
                        "model.layers.0.post_attention_layernorm.weight",
                        "model.layers.0.pre_feedforward_layernorm.weight",
                        "model.layers.0.post_feedforward_layernorm.weight");
    }

    @Test
    void gemma3ScalesEmbeddingsByARoundedFactor() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putArray("architectures").add("Gemma3ForCausalLM");
        json.put("vocab_size", 10).put("hidden_size", 1152).put("intermediate_size", 8);
        json.put("num_hidden_layers", 1).put("num_attention_heads", 4).put("num_key_value_heads", 1);
        // sqrt(1152) = 33.94, and bfloat16 has steps of a quarter there.
        assertThat(ModelConfigReader.parse("x", json).switches().embeddingScale())
                .isEqualTo(34);
        json.put("hidden_size", 2560);
        assertThat(ModelConfigReader.parse("x", json).switches().embeddingScale())
                .isEqualTo(50.5);
    }

    @Test
    void gemma3ReadsItsRotationsInTheNewForm() throws IOException {
        ModelConfig config = read(
                Architecture.GEMMA3,
                "\"head_dim\": 8, \"layer_types\": [\"sliding_attention\", \"full_attention\", \"full_attention\","
                        + " \"full_attention\", \"full_attention\", \"full_attention\"]",
                "\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\", \"rope_theta\": 500},"
                        + " \"sliding_attention\": {\"rope_type\": \"default\", \"rope_theta\": 70}}");
        assertThat(config.ropeTheta()).isEqualTo(500);
        assertThat(config.switches().localTheta()).isEqualTo(70);
        assertThat(config.layer(0)).isEqualTo(new LayerKind(Rotation.LOCAL, 4096));
        assertThat(config.layer(1)).isEqualTo(LayerKind.FULL);
    }

    @Test
    void qwen3MoeHasExpertsInTheLayersThatItsFileSays() throws IOException {
        ModelConfig plain = read(Architecture.QWEN3_MOE, "\"sliding_window\": 64");
        assertThat(plain.switches().experts()).isEqualTo(new Experts(128, 8, 768, false, Set.of()));
        assertThat(plain.queryKeyNorm()).isTrue();
        assertThat(plain.headSize()).isEqualTo(8);
        assertThat(plain.switches().windowed(1 << 20)).isFalse();
        ModelConfig every = read(
                Architecture.QWEN3_MOE,
                "\"num_experts\": 6, \"num_experts_per_tok\": 2, \"moe_intermediate_size\": 10",
                "\"norm_topk_prob\": true, \"decoder_sparse_step\": 2, \"mlp_only_layers\": [3]");
        assertThat(every.switches().experts()).isEqualTo(new Experts(6, 2, 10, true, Set.of(0, 2, 3, 4)));
        assertThat(every.feedForwardWidth(0)).isEqualTo(24);
        assertThat(every.feedForwardWidth(1)).isEqualTo(2 * 10);
        assertThat(Switch.of(every)).containsExactly(Switch.EXPERTS, Switch.LAYERS_WITHOUT_EXPERTS);
    }

    @Test
    void qwen3MoeWithoutExpertsIsQwen3() throws IOException {
        assertThat(read(Architecture.QWEN3_MOE, "\"num_experts\": 0, \"head_dim\": 8")
                        .switches())
                .isEqualTo(read(Architecture.QWEN3, "\"head_dim\": 8").switches());
        assertThat(read(Architecture.QWEN3_MOE, "\"decoder_sparse_step\": 7")
                        .switches()
                        .experts())
                .isEqualTo(Experts.NONE);
    }

    @Test
    void expertsAreCountedByEitherName() throws IOException {
        assertThat(read(Architecture.QWEN3_MOE, "\"num_local_experts\": 9")
                        .switches()
                        .experts()
                        .count())
                .isEqualTo(9);
    }

    @Test
    void yarnObeysItsKeys() throws IOException {
        String deepSeek = "{\"rope_type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 32768,"
                + " \"attn_factor\": 0.8782488562869419}";
        ModelConfig config =
                read(Architecture.QWEN3, "\"max_position_embeddings\": 131072, \"rope_scaling\": " + deepSeek);
        assertThat(config.contextLength()).isEqualTo(131072);
        assertThat(config.rotaryFactor(Rotation.GLOBAL)).isCloseTo(1, within(1e-15));
        ModelConfig qwen = read(
                Architecture.QWEN2,
                "\"max_position_embeddings\": 32768, \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0}");
        assertThat(qwen.contextLength()).isEqualTo(131072);
        assertThat(qwen.ropeScaling()).isEqualTo(new RopeScaling.Yarn(4, 32, 1, 32768, true, 0.1 * Math.log(4) + 1));
        ModelConfig scaled = read(
                Architecture.LLAMA,
                "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 40, \"mscale\": 0.707, \"mscale_all_dim\": 1.0,"
                        + " \"beta_fast\": 16, \"beta_slow\": 2, \"truncate\": false}");
        assertThat(scaled.ropeScaling()).isEqualTo(new RopeScaling.Yarn(40, 16, 2, 2048, false, 0.9210423553163399));
    }

    @Test
    void dynamicScalingEndsTheContextWhereItBegins() throws IOException {
        assertThat(read(
                                Architecture.LLAMA,
                                "\"max_position_embeddings\": 8192, \"rope_scaling\": {\"rope_type\": \"dynamic\","
                                        + " \"factor\": 4, \"original_max_position_embeddings\": 2048}")
                        .contextLength())
                .isEqualTo(2048);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(Architecture.LLAMA, "\"no_rope_layers\": [1, 1, 1, 1, 1, 0]", "no such key"),
                arguments(Architecture.LLAMA, "\"num_nextn_predict_layers\": 1", "no such key"),
                arguments(Architecture.LLAMA, "\"partial_rotary_factor\": 0.5", "Supported: 1, whole heads"),
                arguments(Architecture.SMOLLM3, "\"no_rope_layers\": [1, 0]", "for each of the 6 layers"),
                arguments(Architecture.SMOLLM3, "\"no_rope_layers\": [1, 0, 2, 1, 1, 1]", "0 (no rotation)"),
                arguments(Architecture.SMOLLM3, "\"use_sliding_window\": true", "is true, expected false"),
                arguments(Architecture.PHI3, "\"partial_rotary_factor\": 0.4", "rotarySize is 3, must be even"),
                arguments(
                        Architecture.PHI3,
                        "\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1]}",
                        "both must have 4"),
                arguments(
                        Architecture.PHI3,
                        "\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1, 1, 1, 1],"
                                + " \"long_factor\": [1, 1, 1, 1], \"short_mscale\": 1.2}",
                        "--accept-config rope_scaling.short_mscale"),
                arguments(Architecture.PHI3, "\"full_attn_mod\": 2", "is 2, expected 1"),
                arguments(
                        Architecture.PHI3,
                        "\"auto_map\": {\"AutoModelForCausalLM\": \"modeling_other.OtherForCausalLM\"}",
                        "does not run the code"),
                arguments(
                        Architecture.QWEN3_MOE,
                        "\"num_experts\": 4, \"num_experts_per_tok\": 5",
                        "\"num_experts_per_tok\" is 5, expected at most \"num_experts\", which is 4"),
                arguments(Architecture.QWEN3_MOE, "\"num_experts_per_tok\": 0", "num_experts_per_tok"),
                arguments(Architecture.QWEN3_MOE, "\"num_experts\": -1", "num_experts"),
                arguments(Architecture.QWEN3_MOE, "\"num_experts\": 2147483647", "must be at most 131072"),
                arguments(Architecture.QWEN3_MOE, "\"moe_intermediate_size\": 0", "moe_intermediate_size"),
                arguments(Architecture.QWEN3_MOE, "\"decoder_sparse_step\": 0", "decoder_sparse_step"),
                arguments(Architecture.QWEN3_MOE, "\"mlp_only_layers\": [6]", "all below the 6 layers"),
                arguments(
                        Architecture.QWEN3_MOE,
                        "\"num_experts\": 9, \"num_local_experts\": 8",
                        "the same as \"num_experts\", which is 9"),
                arguments(Architecture.QWEN3_MOE, "\"shared_expert_intermediate_size\": 8", "no such key"),
                arguments(Architecture.QWEN3, "\"num_experts\": 4", "no such key"),
                arguments(Architecture.GEMMA3, "\"final_logit_softcapping\": 30.0", "no such key"),
                arguments(Architecture.GEMMA3, "\"attn_logit_softcapping\": 50.0", "no such key"),
                arguments(Architecture.GEMMA3, "\"sliding_window\": null", "layers with a window need one"),
                arguments(Architecture.GEMMA3, "\"hidden_act\": \"silu\"", "the same as \"hidden_activation\""),
                arguments(Architecture.GEMMA3, "\"use_bidirectional_attention\": true", "is true, expected false"),
                arguments(
                        Architecture.GEMMA3,
                        "\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\"},"
                                + " \"sliding_attention\": {\"rope_type\": \"linear\", \"factor\": 2}}",
                        "layers with a window are not scaled"),
                arguments(
                        Architecture.QWEN3,
                        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"mscale\": 0.7}",
                        "mscale and mscale_all_dim together"),
                arguments(
                        Architecture.QWEN3,
                        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"attention_factor\": 1,"
                                + " \"attn_factor\": 0.5}",
                        "nothing beside attn_factor"),
                arguments(
                        Architecture.QWEN3,
                        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"finetuned\": true}",
                        "no such key for the type \"yarn\""));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Architecture architecture, String field, String message) {
        assertThatThrownBy(() -> read(architecture, field))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource
    void everyFamilyIsWrittenAsItIsRead(Architecture architecture) throws IOException {
        ModelConfig config = read(architecture, "\"head_dim\": 8");
        String json = ModelConfigWriter.toJson(config);
        Files.writeString(directory.resolve("config.json"), json);
        assertThat(ModelConfigReader.read(directory)).isEqualTo(config);
    }

    static Stream<RopeScaling> scalings() {
        return Stream.of(
                new RopeScaling.Yarn(4, 32, 1, 512, true, 1.25),
                new RopeScaling.Dynamic(2),
                new RopeScaling.LongRope(List.of(1.0, 2.0, 3.0, 4.0), List.of(5.0, 6.0, 7.0, 8.0), 2048, 1.5));
    }

    @ParameterizedTest
    @MethodSource("scalings")
    void everyScalingIsWrittenAsItIsRead(RopeScaling scaling) throws IOException {
        ModelConfig plain = read(Architecture.QWEN3, "\"head_dim\": 8, \"max_position_embeddings\": 2048");
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                100,
                16,
                24,
                6,
                2,
                1,
                8,
                2048,
                1e-6,
                1e4,
                scaling,
                false,
                false,
                false,
                true,
                List.of(),
                plain.switches());
        Files.writeString(directory.resolve("config.json"), ModelConfigWriter.toJson(config));
        assertThat(ModelConfigReader.read(directory)).isEqualTo(config);
    }
}
