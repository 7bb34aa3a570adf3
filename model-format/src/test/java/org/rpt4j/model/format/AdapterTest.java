package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/** Adapters in the layout of PEFT: as it writes them, as others may, and merged. */
class AdapterTest {

    /** What PEFT 0.17 writes for a plain adapter, in its order. */
    private static final String PUBLISHED = """
            {
              "alpha_pattern": {},
              "auto_mapping": null,
              "base_model_name_or_path": "someone/some-model",
              "bias": "none",
              "corda_config": null,
              "eva_config": null,
              "exclude_modules": null,
              "fan_in_fan_out": false,
              "inference_mode": true,
              "init_lora_weights": true,
              "layer_replication": null,
              "layers_pattern": null,
              "layers_to_transform": null,
              "loftq_config": {},
              "lora_alpha": 6,
              "lora_bias": false,
              "lora_dropout": 0.0,
              "megatron_config": null,
              "megatron_core": "megatron.core",
              "modules_to_save": null,
              "peft_type": "LORA",
              "qalora_group_size": 16,
              "r": 2,
              "rank_pattern": {},
              "revision": null,
              "target_modules": [
                "v_proj",
                "q_proj"
              ],
              "target_parameters": null,
              "task_type": "CAUSAL_LM",
              "trainable_token_indices": null,
              "use_dora": false,
              "use_qalora": false,
              "use_rslora": false
            }
            """;

    private static final String QUERY_A = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";

    @TempDir
    private Path folder;

    private final ModelConfig config = Models.all().get(0);
    private Path base;
    private Path adapter;

    @BeforeEach
    void writeBase() throws IOException {
        base = folder.resolve("base");
        adapter = folder.resolve("adapter");
        CheckpointInitializer.initialize(base, config, 1);
        Files.createDirectory(adapter);
    }

    private ModelSource source() {
        return ModelSource.directory(base).withAdapter(adapter);
    }

    /** Values that follow from name and index, as exact in half precision as in single. */
    private static float value(String name, int index) {
        return ((name.hashCode() % 7 + index) % 5 - 2) / 8f;
    }

    private List<WeightSpec> published() {
        List<WeightSpec> weights = new ArrayList<>();
        int queries = config.heads() * config.headSize();
        int values = config.keyValueHeads() * config.headSize();
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "base_model.model.model.layers." + layer + ".self_attn.";
            weights.add(new WeightSpec(prefix + "q_proj.lora_A.weight", List.of(2, config.hiddenSize())));
            weights.add(new WeightSpec(prefix + "q_proj.lora_B.weight", List.of(queries, 2)));
            weights.add(new WeightSpec(prefix + "v_proj.lora_A.weight", List.of(2, config.hiddenSize())));
            weights.add(new WeightSpec(prefix + "v_proj.lora_B.weight", List.of(values, 2)));
        }
        return weights;
    }

    private void write(String json, List<WeightSpec> weights, DType dtype) throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), json);
        List<SafetensorsWriter.Entry> entries = weights.stream()
                .map(spec -> new SafetensorsWriter.Entry(spec.name(), dtype, spec.shape(), () -> {
                    FloatBuffer values = FloatBuffer.allocate((int) spec.size());
                    for (int i = 0; i < values.capacity(); i++) {
                        values.put(i, value(spec.name(), i));
                    }
                    return values;
                }))
                .toList();
        SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), entries, Map.of("format", "pt"));
    }

    private float[] read(ModelSource from, WeightSpec weight) {
        try (Checkpoint checkpoint = Checkpoint.open(from)) {
            float[] values = new float[(int) weight.size()];
            checkpoint.read(weight, FloatBuffer.wrap(values));
            return values;
        }
    }

    private WeightSpec weight(LayerWeight which) {
        WeightLayout layout = WeightLayout.of(config);
        return layout.all().get(layout.index(1, which));
    }

    @ParameterizedTest
    @EnumSource
    void anAdapterOfPeftAddsToItsTargetsAlone(DType dtype) throws IOException {
        write(PUBLISHED, published(), dtype);
        WeightSpec query = weight(LayerWeight.QUERY);
        float[] plain = read(ModelSource.directory(base), query);
        float[] merged = read(source(), query);
        String name = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
        int in = config.hiddenSize();
        for (int o = 0; o < query.shape().get(0); o++) {
            for (int i = 0; i < in; i++) {
                double sum = 0;
                for (int k = 0; k < 2; k++) {
                    sum += (double) value(name + "B.weight", 2 * o + k) * value(name + "A.weight", k * in + i);
                }
                assertThat(merged[o * in + i]).isEqualTo((float) (plain[o * in + i] + 3 * sum));
            }
        }
        assertThat(merged).isNotEqualTo(plain);
        for (LayerWeight other : List.of(LayerWeight.KEY, LayerWeight.DOWN, LayerWeight.INPUT_NORM)) {
            assertThat(read(source(), weight(other))).isEqualTo(read(ModelSource.directory(base), weight(other)));
        }
    }

    @Test
    void theScaleIsThatOfTheConfiguration() throws IOException {
        write(PUBLISHED.replace("\"use_rslora\": false", "\"use_rslora\": true"), published(), DType.F32);
        assertThat(Adapter.form(source()).orElseThrow().scale()).isEqualTo(6 / Math.sqrt(2));
        write(PUBLISHED.replace("\"lora_alpha\": 6", "\"lora_alpha\": 0.5"), published(), DType.F32);
        assertThat(Adapter.form(source()).orElseThrow().scale()).isEqualTo(0.25);
        assertThat(Adapter.form(ModelSource.directory(base))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"all-linear\"",
                "[\"q_proj\", \"k_proj\", \"v_proj\", \"o_proj\", \"gate_proj\"," + " \"up_proj\", \"down_proj\"]"
            })
    void allTargetsHaveTwoNames(String targets) throws IOException {
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 6, \"target_modules\": " + targets + "}");
        assertThat(Adapter.form(source()).orElseThrow().targetNames()).isEqualTo(LoraOptions.allTargets());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "use_dora|true",
                "modules_to_save|[\"lm_head\"]",
                "layer_replication|[[0, 4]]",
                "layers_to_transform|[1]",
                "rank_pattern|{\"q_proj\": 4}",
                "alpha_pattern|{\"q_proj\": 4}",
                "bias|\"lora_only\"",
                "lora_bias|true",
                "fan_in_fan_out|true",
                "exclude_modules|[\"k_proj\"]",
                "init_lora_weights|\"pissa_niter_4\"",
                "init_lora_weights|\"olora\"",
                "peft_type|\"LOHA\"",
                "task_type|\"SEQ_CLS\"",
                "target_modules|\".*_proj\"",
                "target_modules|[\"lm_head\"]",
                "target_modules|[\"layers.0.self_attn.q_proj\"]",
                "target_modules|[3]",
                "target_modules|null",
                "target_modules|[]",
                "target_parameters|[\"mlp.experts\"]",
                "trainable_token_indices|[1]",
                "r|0",
                "r|2.5",
                "r|9999999",
                "lora_alpha|0",
                "lora_alpha|-6",
                "lora_alpha|\"6\"",
                "use_rslora|\"yes\"",
                "key_of_tomorrow|1"
            })
    void whatChangesTheComputationIsRefusedByName(String key, String value) throws IOException {
        String line = PUBLISHED
                .lines()
                .filter(each -> each.contains("\"" + key + "\":"))
                .findFirst()
                .orElse("");
        String json = PUBLISHED.replaceFirst(
                "(?s)\"target_modules\": \\[[^]]*]", "\"target_modules\": [\"v_proj\", \"q_proj\"]");
        json = line.isEmpty()
                ? json.replaceFirst("\\{", "{\"" + key + "\": " + value + ",")
                : json.replaceFirst(
                        "\"" + key + "\": [^\\n]*?(?=,\\n|\\n)", "\"" + key + "\": " + Matcher.quoteReplacement(value));
        write(json, published(), DType.F32);
        assertThatThrownBy(() -> Adapter.open(source(), config).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key.equals("r") || key.equals("lora_alpha") ? "adapter_config.json" : key);
    }

    @Test
    void anAcceptedKeyIsReadAsIfItWereAbsent() throws IOException {
        write(PUBLISHED.replaceFirst("\\{", "{\"key_of_tomorrow\": 1,"), published(), DType.F32);
        assertThat(read(source().accepting(List.of("key_of_tomorrow")), weight(LayerWeight.QUERY)))
                .isNotEmpty();
    }

    @Test
    void dropoutMattersToTrainingAlone() throws IOException {
        write(PUBLISHED.replace("\"lora_dropout\": 0.0", "\"lora_dropout\": 0.05"), published(), DType.F32);
        Adapter.open(source(), config).close();
        assertThatThrownBy(() -> Adapter.openTrainable(source(), config))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("lora_dropout", "0.05");
        Adapter.openTrainable(source().accepting(List.of("lora_dropout")), config)
                .close();
    }

    @Test
    void weightsOfAnotherShapeNumberOrKindAreRefused() throws IOException {
        List<WeightSpec> wider = new ArrayList<>(published());
        wider.set(0, new WeightSpec(QUERY_A, List.of(2, config.hiddenSize() + 1)));
        assertRefused(wider, QUERY_A, "[2, " + (config.hiddenSize() + 1) + "]", "[2, " + config.hiddenSize() + "]");
        List<WeightSpec> fewer = new ArrayList<>(published());
        fewer.remove(0);
        assertRefused(fewer, QUERY_A, "missing");
        List<WeightSpec> more = new ArrayList<>(published());
        String magnitude = "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector";
        more.add(new WeightSpec(magnitude, List.of(4)));
        assertRefused(more, magnitude, "not expected");
    }

    private void assertRefused(List<WeightSpec> weights, String... messages) throws IOException {
        write(PUBLISHED, weights, DType.F32);
        assertThatThrownBy(() -> Checkpoint.open(source()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(messages)
                .hasMessageContainingAll(adapter.toString(), base.toString());
    }

    @Test
    void missingPickledAndTruncatedFilesAreRefused() throws IOException {
        assertThatThrownBy(() -> Checkpoint.open(source()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapter_config.json");
        write(PUBLISHED, published(), DType.F32);
        Path weights = adapter.resolve("adapter_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 3));
        assertThatThrownBy(() -> Checkpoint.open(source()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapter_model.safetensors");
        Files.move(weights, adapter.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> Checkpoint.open(source()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll("adapter_model.bin", "code");
    }

    @Test
    void aNewAdapterChangesNothingYet() {
        LoraOptions options = LoraOptions.builder().rank(3).build();
        AdapterWriter.initialize(adapter, ModelSource.directory(base), options, 7);
        AdapterWriter.initialize(folder.resolve("again"), ModelSource.directory(base), options, 7);
        AdapterWriter.initialize(folder.resolve("other"), ModelSource.directory(base), options, 8);
        for (WeightSpec weight : WeightLayout.of(config).all()) {
            assertThat(read(source(), weight)).isEqualTo(read(ModelSource.directory(base), weight));
        }
        try (Adapter opened = Adapter.open(source(), config)) {
            assertThat(opened.options()).isEqualTo(options);
            FloatBuffer a = FloatBuffer.allocate(3 * config.hiddenSize());
            opened.read(opened.layout().pairs().get(0).a(), a);
            float bound = (float) (1 / Math.sqrt(config.hiddenSize()));
            for (float value : a.array()) {
                assertThat(value).isBetween(-bound, bound).isNotZero();
            }
        }
        Path weights = adapter.resolve("adapter_model.safetensors");
        assertThat(folder.resolve("again/adapter_model.safetensors")).hasSameBinaryContentAs(weights);
        assertThat(folder.resolve("other/adapter_model.safetensors"))
                .satisfies(other -> assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(weights)));
    }

    @Test
    void aDirectoryOfAnotherKindIsNotReplaced() throws IOException {
        Files.writeString(adapter.resolve("thesis.txt"), "years of work");
        assertThatThrownBy(
                        () -> AdapterWriter.initialize(adapter, ModelSource.directory(base), LoraOptions.DEFAULTS, 7))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("adapter_config.json");
        assertThat(adapter.resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void aSavedAdapterKeepsTheNameOfItsBase() throws IOException {
        write(PUBLISHED, published(), DType.F32);
        try (Adapter opened = Adapter.open(source(), config)) {
            AdapterWriter.write(folder.resolve("saved"), source(), opened.options(), opened.layout(), spec -> {
                FloatBuffer values = FloatBuffer.allocate((int) spec.size());
                opened.read(spec, values);
                return values;
            });
        }
        assertThat(folder.resolve("saved/adapter_config.json")).content().contains("someone/some-model");
        assertThat(read(source().withAdapter(folder.resolve("saved")), weight(LayerWeight.QUERY)))
                .isEqualTo(read(source(), weight(LayerWeight.QUERY)));
    }

    @Test
    void mergingWritesAnOrdinaryCheckpointOnce() throws IOException {
        write(PUBLISHED, published(), DType.F32);
        Path merged = folder.resolve("merged");
        CheckpointWriter.merge(merged, source(), DType.F32);
        for (WeightSpec weight : WeightLayout.of(config).all()) {
            assertThat(read(ModelSource.directory(merged), weight)).isEqualTo(read(source(), weight));
        }
        ModelSource twice = ModelSource.directory(merged).withAdapter(adapter);
        assertMergedBefore(twice, merged);
        assertThatThrownBy(() -> CheckpointWriter.merge(folder.resolve("never"), twice, DType.F32))
                .isInstanceOf(ModelFormatException.class);
        assertThat(folder.resolve("never")).doesNotExist();
        // Trained further and saved, it still contains the adapter.
        Path saved = folder.resolve("saved");
        CheckpointWriter.write(
                saved,
                merged,
                WeightLayout.of(config),
                DType.F32,
                spec -> FloatBuffer.wrap(read(ModelSource.directory(merged), spec)));
        assertMergedBefore(ModelSource.directory(saved).withAdapter(adapter), saved);
        // Another adapter fits, and then both are refused.
        Path other = folder.resolve("other");
        AdapterWriter.initialize(other, ModelSource.directory(merged), LoraOptions.DEFAULTS, 3);
        Path both = folder.resolve("both");
        CheckpointWriter.merge(both, ModelSource.directory(merged).withAdapter(other), DType.BF16);
        assertMergedBefore(ModelSource.directory(both).withAdapter(adapter), both);
        assertMergedBefore(ModelSource.directory(both).withAdapter(other), both);
    }

    private static void assertMergedBefore(ModelSource source, Path checkpoint) {
        assertThatThrownBy(() -> Checkpoint.open(source))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(source.adapter().orElseThrow().toString(), checkpoint.toString(), "merged");
    }

    @Test
    void theFormIsChecked() {
        assertThatThrownBy(() -> LoraOptions.builder().rank(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LoraOptions.builder().targets(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("q_proj");
        assertThatThrownBy(() -> LoraOptions.builder().targets(List.of("q_proj", "embed_tokens")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("embed_tokens");
        assertThat(LoraOptions.DEFAULTS.scale()).isEqualTo(2);
        assertThatThrownBy(() -> Adapter.open(ModelSource.directory(base), config))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void adaptersOfExpertsAreRefusedByName() {
        ModelConfig experts = Models.withExperts(new Experts(3, 2, 5, true, Set.of()));
        assertThatThrownBy(() -> AdapterLayout.of(experts, LoraOptions.DEFAULTS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(
                        "an adapter of Qwen3MoeForCausalLM targets gate_proj, up_proj, down_proj",
                        "Target the projections of attention alone (lora.targets: q_proj, k_proj, v_proj, o_proj;");
        LoraOptions attention =
                LoraOptions.builder().targets(List.of("q_proj", "o_proj")).build();
        assertThat(AdapterLayout.of(experts, attention).pairs()).hasSize(4);
    }
}
