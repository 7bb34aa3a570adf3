package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;

class ModelConfigReaderTest {

    private static final String SHAPE = "\"vocab_size\":100,\"hidden_size\":64,\"intermediate_size\":96,"
            + "\"num_hidden_layers\":2,\"num_attention_heads\":4";

    @TempDir
    Path directory;

    private ModelConfig read(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
        return ModelConfigReader.read(directory);
    }

    private ModelConfig readFields(String architecture, String fields) throws IOException {
        return read("{\"architectures\":[\"" + architecture + "\"]," + SHAPE + (fields.isEmpty() ? "" : "," + fields)
                + "}");
    }

    private ModelConfig llama(String fields) throws IOException {
        return readFields("LlamaForCausalLM", fields);
    }

    @Test
    void missingFieldsGetTheDefaultsOfHuggingFace() throws IOException {
        assertThat(llama(""))
                .isEqualTo(new ModelConfig(
                        Architecture.LLAMA,
                        100,
                        64,
                        96,
                        2,
                        4,
                        4,
                        16,
                        2048,
                        1e-6,
                        10_000,
                        new RopeScaling.None(),
                        false,
                        false,
                        false,
                        false,
                        List.of()));
        assertThat(readFields("Qwen2ForCausalLM", ""))
                .isEqualTo(new ModelConfig(
                        Architecture.QWEN2,
                        100,
                        64,
                        96,
                        2,
                        4,
                        4,
                        16,
                        32768,
                        1e-6,
                        10_000,
                        new RopeScaling.None(),
                        false,
                        true,
                        false,
                        false,
                        List.of()));
        assertThat(readFields("Qwen3ForCausalLM", ""))
                .isEqualTo(new ModelConfig(
                        Architecture.QWEN3,
                        100,
                        64,
                        96,
                        2,
                        4,
                        4,
                        128,
                        32768,
                        1e-6,
                        10_000,
                        new RopeScaling.None(),
                        false,
                        false,
                        false,
                        true,
                        List.of()));
        assertThat(llama("\"head_dim\":null,\"num_key_value_heads\":null,\"rope_scaling\":null,\"eos_token_id\":null"))
                .isEqualTo(llama(""));
    }

    /** Where its file is silent, the class of Mistral has 8 heads of keys and values and a window of 4096. */
    @Test
    void mistralIsLlamaWithinItsWindow() throws IOException {
        String heads = "\"num_key_value_heads\":2,";
        assertThat(mistral(heads + "\"max_position_embeddings\":32768").contextLength())
                .isEqualTo(4096);
        assertThat(mistral(heads + "\"max_position_embeddings\":32768,\"sliding_window\":null")
                        .contextLength())
                .isEqualTo(32768);
        assertThat(mistral(heads + "\"max_position_embeddings\":1024,\"sliding_window\":4096")
                        .contextLength())
                .isEqualTo(1024);
        assertThat(mistral(heads + "\"sliding_window\":null").contextLength()).isEqualTo(131072);
        assertThat(mistral("\"num_key_value_heads\":null").keyValueHeads()).isEqualTo(4);
        assertThatThrownBy(() -> mistral("")).hasMessageContaining("keyValueHeads");
        assertThatThrownBy(() -> mistral(heads + "\"attention_bias\":true"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("MistralForCausalLM has no biases");

        ModelConfig llama = llama(heads + "\"max_position_embeddings\":512");
        ModelConfig mistral = mistral(heads + "\"max_position_embeddings\":512");
        assertThat(WeightLayout.of(mistral).all())
                .isEqualTo(WeightLayout.of(llama).all());
        assertThat(ModelConfigWriter.toJson(mistral)).contains("MistralForCausalLM", "\"sliding_window\" : null");
    }

    private ModelConfig mistral(String fields) throws IOException {
        return readFields("MistralForCausalLM", fields);
    }

    @Test
    void biasesFollowTheArchitecture() throws IOException {
        ModelConfig llama = llama("\"attention_bias\":true");
        assertThat(List.of(llama.queryBias(), llama.outputBias(), llama.queryKeyNorm()))
                .containsExactly(true, true, false);
        ModelConfig qwen2 = readFields("Qwen2ForCausalLM", "\"attention_bias\":false");
        assertThat(List.of(qwen2.queryBias(), qwen2.outputBias(), qwen2.queryKeyNorm()))
                .containsExactly(true, false, false);
        ModelConfig qwen3 = readFields("Qwen3ForCausalLM", "\"attention_bias\":true");
        assertThat(List.of(qwen3.queryBias(), qwen3.outputBias(), qwen3.queryKeyNorm()))
                .containsExactly(true, true, true);
    }

    @Test
    void endTokensAreOneOrSeveral() throws IOException {
        assertThat(llama("\"eos_token_id\":7").endTokens()).containsExactly(7);
        assertThat(llama("\"eos_token_id\":[7,9]").endTokens()).containsExactly(7, 9);
    }

    @Test
    void rotarySettingsAreReadInBothForms() throws IOException {
        RopeScaling llama3 = new RopeScaling.Llama3(8, 1, 4, 8192);
        String parameters = "\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                + "\"original_max_position_embeddings\":8192";
        ModelConfig old = llama("\"rope_theta\":500000,\"rope_scaling\":{" + parameters + "}");
        assertThat(old.ropeScaling()).isEqualTo(llama3);
        assertThat(old.ropeTheta()).isEqualTo(500_000);
        assertThat(llama("\"rope_parameters\":{\"rope_theta\":500000.0," + parameters + "}"))
                .isEqualTo(old);
        assertThat(llama("\"rope_theta\":500000,\"rope_parameters\":{\"rope_theta\":500000," + parameters
                        + "},\"rope_scaling\":{" + parameters + "}"))
                .isEqualTo(old);
        assertThat(llama("\"rope_scaling\":{\"type\":\"linear\",\"factor\":4}").ropeScaling())
                .isEqualTo(new RopeScaling.Linear(4));
        assertThat(llama("\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":7}")
                        .ropeTheta())
                .isEqualTo(7);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("\"hidden_act\":\"gelu\"", "\"hidden_act\" is \"gelu\". Supported: silu"),
                arguments("\"mlp_bias\":true", "\"mlp_bias\" is true, expected false"),
                arguments("\"use_sliding_window\":true", "\"use_sliding_window\" is true, expected false"),
                arguments("\"layer_types\":[\"full_attention\",\"sliding_attention\"]", "expected full_attention"),
                arguments("\"quantization_config\":{\"bits\":4}", "weights must be F32, F16 or BF16"),
                arguments(
                        "\"rope_scaling\":{\"rope_type\":\"proportional\",\"factor\":4}",
                        "has the type \"proportional\". Supported: default, linear, llama3, yarn, dynamic, longrope"),
                arguments("\"rope_scaling\":{\"type\":\"\"}", "\"rope_scaling.type\" is \"\""),
                arguments(
                        "\"rope_scaling\":{\"type\":\"dynamic\",\"alpha\":4}", "no such key for the type \"dynamic\""),
                arguments(
                        "\"rope_parameters\":{\"rope_type\":\"longrope\"}",
                        "short_factor\" is missing, expected a list"),
                arguments("\"rope_scaling\":{\"rope_type\":\"linear\"}", "\"rope_scaling.factor\" is missing"),
                arguments(
                        "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":0}", "factor is 0.0, must be positive"),
                arguments(
                        "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,"
                                + "\"high_freq_factor\":4,\"original_max_position_embeddings\":8192}",
                        "highFactor is 4.0, must be above lowFactor"),
                arguments("\"rope_scaling\":\"linear\"", "\"rope_scaling\" is \"linear\", expected an object"),
                arguments(
                        "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2},\"rope_parameters\":{\"rope_theta\":5}",
                        "rope_parameters says None[], rope_scaling says Linear[factor=2.0]"),
                arguments(
                        "\"rope_theta\":1e4,\"rope_parameters\":{\"rope_theta\":1e6}", "is both 10000.0 and 1000000.0"),
                arguments("\"partial_rotary_factor\":0.5", "\"partial_rotary_factor\" is 0.5. Supported: 1"),
                arguments("\"rope_theta\":0", "ropeTheta is 0.0"),
                arguments("\"rms_norm_eps\":-1e-5", "normEpsilon is -1.0E-5"),
                arguments("\"rms_norm_eps\":\"small\"", "\"rms_norm_eps\" is \"small\", expected a number"),
                arguments("\"num_key_value_heads\":3", "keyValueHeads is 3, must divide heads, which is 4"),
                arguments("\"num_key_value_heads\":8", "keyValueHeads is 8, must be between 1 and 4"),
                arguments("\"num_key_value_heads\":0", "expected a whole number between 1 and 2^31-1"),
                arguments("\"head_dim\":15", "headSize is 15, must be even"),
                arguments("\"head_dim\":16.5", "\"head_dim\" is 16.5, expected a whole number"),
                arguments("\"head_dim\":33554432", "a weight may have at most 2147483647 elements"),
                arguments("\"max_position_embeddings\":2147483647", "contextLength is 2147483647, must be between"),
                arguments("\"tie_word_embeddings\":1", "\"tie_word_embeddings\" is 1, expected true or false"),
                arguments("\"eos_token_id\":100", "endTokens holds 100, must be ids below vocabularySize"),
                arguments("\"eos_token_id\":-1", "endTokens holds -1"),
                arguments("\"eos_token_id\":[\"</s>\"]", "expected a token id, a list of them or null"),
                arguments("\"is_causal\":false", "\"is_causal\" is false, expected true"),
                arguments("\"attention_window\":[4,4]", "\"attention_window\" is [4,4], expected no such key"),
                arguments("\"logit_scale\":0.0625", "accept it: --accept-config logit_scale, model.accept-config"),
                arguments("\"num_experts\":8", "\"num_experts\" is 8"),
                arguments("\"sliding_window\":1024", "expected a window of the whole context"),
                arguments("\"auto_map\":{\"AutoModel\":\"m.M\"}", "does not run the code that comes with a model"),
                arguments("\"compression_config\":{\"format\":\"pack\"}", "weights must be F32, F16 or BF16"),
                arguments("\"pruned_heads\":{\"0\":[1]}", "\"pruned_heads\" is {\"0\":[1]}, expected none"),
                arguments(
                        "\"model_type\":\"qwen3\"", "\"architectures\" says LlamaForCausalLM, whose type is \"llama\""),
                arguments("\"layer_types\":\"full_attention\"", "a list with one type for each of the 2 layers"),
                arguments("\"layer_types\":[\"full_attention\"]", "a list with one type for each of the 2 layers"),
                arguments(
                        "\"layer_types\":{\"0\":\"full_attention\"}", "a list with one type for each of the 2 layers"),
                arguments(
                        "\"rope_parameters\":{\"full_attention\":{\"rope_theta\":5,\"rope_type\":\"default\"}}",
                        "has no \"rope_type\". Supported: default, linear, llama3"),
                arguments(
                        "\"rope_parameters\":{\"rope_type\":\"default\",\"sliding_attention\":{\"rope_theta\":5}}",
                        "accept it: --accept-config rope_parameters.sliding_attention"),
                arguments("\"rope_scaling\":{\"factor\":4}", "has no \"rope_type\""),
                arguments("\"rope_scaling\":{\"rope_type\":\"default\",\"factor\":4}", "\"rope_scaling.factor\" is 4"),
                arguments(
                        "\"rope_scaling\":{\"rope_type\":\"linear\",\"type\":\"dynamic\",\"factor\":4}",
                        "has the \"rope_type\" \"linear\" and the \"type\" \"dynamic\""),
                arguments(
                        "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":4,\"beta_fast\":32}",
                        "\"rope_scaling.beta_fast\" is 32, expected no such key for the type \"linear\""),
                arguments("\"vocab_size\":100", "Duplicate field 'vocab_size'"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void unsupportedSettingsAreRejectedByName(String field, String message) {
        assertThatThrownBy(() -> llama(field))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    static Stream<Arguments> refusedFiles() {
        String heads = SHAPE.replace("\"num_attention_heads\":4", "\"num_attention_heads\":5");
        return Stream.of(
                arguments(
                        "{" + SHAPE + "}",
                        "\"architectures\" is missing, expected a list that begins with a class name"),
                arguments(
                        "{\"architectures\":[\"MixtralForCausalLM\"]," + SHAPE + "}",
                        "architecture \"MixtralForCausalLM\" is not supported. Supported: LlamaForCausalLM,"),
                arguments("{\"architectures\":[\"LlamaForCausalLM\"]}", "\"hidden_size\" is missing"),
                arguments(
                        "{\"architectures\":[\"LlamaForCausalLM\"]," + heads + "}",
                        "\"hidden_size\" is 64, expected a multiple of \"num_attention_heads\", which is 5"),
                arguments(
                        "{\"architectures\":[\"LlamaForCausalLM\"],"
                                + SHAPE.replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":2000000000") + "}",
                        "layers is 2000000000, must be between 1 and 10000"),
                arguments("[1]", "is not a JSON object"),
                arguments("{", "is not a JSON object"),
                arguments("{} x", "is not a JSON object"),
                arguments("", "is not a JSON object"),
                arguments("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}", "nesting depth"),
                arguments("{\"a\":" + "9".repeat(100) + "}", "exceeds the maximum"),
                arguments("{\"a\":\"" + "x".repeat(1 << 20) + "\"}", "at most 1048576 are read"));
    }

    /** Python's json writes numbers that are not finite, and nests what nobody here reads. */
    @Test
    void whatPythonWritesIsReadWhereItDoesNotMatterAndRefusedWhereItDoes() throws IOException {
        String nested = "\"task_specific_params\":" + "[".repeat(500) + "]".repeat(500);
        assertThat(llama("\"initializer_range\":Infinity,\"neftune_noise_alpha\":NaN," + nested))
                .isEqualTo(llama(""));
        for (String key : List.of("rms_norm_eps", "rope_theta")) {
            for (String value : List.of("NaN", "Infinity", "-Infinity")) {
                assertThatThrownBy(() -> llama("\"" + key + "\":" + value))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageContaining("\"" + key + "\" is ");
            }
        }
    }

    @Test
    void anAcceptedKeyIsReadAsIfItWereAbsent() throws IOException {
        ModelConfig plain = llama("");
        String scaling = "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":4,\"beta_fast\":32}";
        String fields = "\"logit_scale\":0.5,\"is_causal\":false,\"a.b\":1," + scaling;
        assertThatThrownBy(() -> llama(fields)).isInstanceOf(ModelFormatException.class);
        ModelSource source = ModelSource.directory(directory);

        assertThat(ModelConfigReader.read(
                        source.accepting(List.of("logit_scale", "is_causal", "a.b", "rope_scaling", "absent"))))
                .isEqualTo(plain);
        assertThat(ModelConfigReader.read(
                                source.accepting(List.of("logit_scale", "is_causal", "a.b", "rope_scaling.beta_fast")))
                        .ropeScaling())
                .isEqualTo(new RopeScaling.Linear(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf_quant_config.json", "quantize_config.json", "quant_config.json"})
    void aFileThatDescribesQuantisedWeightsIsRefusedUnlessAccepted(String name) throws IOException {
        ModelConfig plain = llama("");
        Files.writeString(directory.resolve(name), "{}");

        assertThatThrownBy(() -> ModelConfigReader.read(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(directory.resolve(name).toString())
                .hasMessageContaining("--accept-config " + name);
        assertThat(ModelConfigReader.read(ModelSource.directory(directory).accepting(List.of(name))))
                .isEqualTo(plain);
    }

    @Test
    void anUnsupportedNetworkIsNamedBeforeItsKeys() {
        assertThatThrownBy(() -> readFields("Gemma2ForCausalLM", "\"final_logit_softcapping\":30.0"))
                .hasMessageContaining("architecture \"Gemma2ForCausalLM\" is not supported");
        assertThatThrownBy(() -> read("{\"architectures\":[\"LlamaForCausalLM\",\"Other\"]," + SHAPE + "}"))
                .hasMessageContaining("expected one class name");
    }

    @Test
    void aByteOrderMarkIsDropped() throws IOException {
        ModelConfig plain = readFields("LlamaForCausalLM", "\"eos_token_id\":[7,9]");
        Files.writeString(directory.resolve("generation_config.json"), "\uFEFF{\"eos_token_id\":[9]}");
        String fields = "{\"architectures\":[\"LlamaForCausalLM\"]," + SHAPE + ",\"eos_token_id\":7}";
        assertThat(read("\uFEFF" + fields)).isEqualTo(plain);
        assertThatThrownBy(() -> read("\uFEFF\uFEFF" + fields)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void endTokensOfBothFilesAreJoined() throws IOException {
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\":[9,7],\"top_k\":20}");
        assertThat(llama("\"eos_token_id\":7").endTokens()).containsExactly(7, 9);
        assertThat(llama("").endTokens()).containsExactly(9, 7);
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\":null}");
        assertThat(llama("\"eos_token_id\":7").endTokens()).containsExactly(7);
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\":\"</s>\"}");
        assertThatThrownBy(() -> llama(""))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("generation_config.json")
                .hasMessageContaining("expected a token id, a list of them or null");
    }

    @ParameterizedTest
    @MethodSource("refusedFiles")
    void invalidFilesAreRejected(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> ModelConfigReader.read(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("there is no file " + directory.resolve("config.json"));
    }

    static List<ModelConfig> models() {
        return Models.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void writtenConfigurationsReadBackEqual(ModelConfig config) throws IOException {
        assertThat(read(ModelConfigWriter.toJson(config))).isEqualTo(config);
    }

    @Test
    void aCombinationThatTheArchitectureDoesNotHaveIsNotWritten() {
        ModelConfig c = Models.llama();
        ModelConfig onlyQueryBias = new ModelConfig(
                c.architecture(),
                40,
                16,
                24,
                2,
                4,
                2,
                4,
                64,
                1e-5,
                10_000,
                c.ropeScaling(),
                false,
                true,
                false,
                false,
                List.of());
        assertThatThrownBy(() -> ModelConfigWriter.toJson(onlyQueryBias))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LLAMA cannot have queryBias true, outputBias false and queryKeyNorm false");
    }
}
