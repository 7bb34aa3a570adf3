package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.SafetensorsWriter.Entry;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about unreadable checkpoints; they apply to every role that the backend declares. */
final class CheckpointRules {

    private static final String HEAD = "lm_head.weight";

    private CheckpointRules() {}

    @Rule(id = "B9", value = "a missing checkpoint is a ModelFormatException")
    static void missing(Fixture f) throws IOException {
        assertRefused(f, f.path("absent"), "absent");
        assertRefused(f, Files.createDirectory(f.path("empty")), "empty");
    }

    @Rule(id = "B10", value = "damaged weights are a ModelFormatException")
    static void damaged(Fixture f) throws IOException {
        Path weights = f.source().directory().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(f, f.source().directory(), "model.safetensors");
        Files.write(weights, Arrays.copyOf(bytes, 4));
        assertRefused(f, f.source().directory(), "model.safetensors");
        Files.delete(weights);
        assertRefused(f, f.source().directory(), "model.safetensors");
    }

    @Rule(id = "B11", value = "weights that contradict the configuration are a ModelFormatException")
    static void contradictory(Fixture f) throws IOException {
        changeConfig(f, "\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3");
        assertRefused(f, f.source().directory(), "layers.2");
        changeConfig(f, "\"num_hidden_layers\" : 3", "\"num_hidden_layers\" : 1");
        assertRefused(f, f.source().directory(), "layers.1");
        changeConfig(f, "\"num_hidden_layers\" : 1", "\"num_hidden_layers\" : 2");
        changeConfig(f, "\"intermediate_size\" : 20", "\"intermediate_size\" : 24");
        assertRefused(f, f.source().directory(), "mlp");
    }

    @Rule(id = "B12", value = "an unsupported architecture is a ModelFormatException that names it")
    static void architecture(Fixture f) throws IOException {
        changeConfig(f, f.model().config().architecture().className(), "MambaForCausalLM");
        assertRefused(f, f.source().directory(), "MambaForCausalLM");
    }

    @Rule(id = "B13", value = "weights that are not finite are refused by name")
    static void notFinite(Fixture f) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (WeightSpec spec :
                    List.of(f.specs().get(0), f.specs().get(f.specs().size() - 1))) {
                ReferenceModel damaged = f.weights();
                double[] weight = damaged.weights()[f.specs().indexOf(spec)];
                weight[weight.length - 1] = bad;
                Path directory = f.path(spec.name() + bad);
                damaged.write(directory);
                for (DeclaredRole role : DeclaredRole.of(f.backend(), ModelSource.directory(directory))) {
                    assertThatThrownBy(role.open()::get, "opening a %s with %s in %s", role.name(), bad, spec.name())
                            .isInstanceOf(NumericalException.class)
                            .hasMessageContaining(spec.name());
                }
            }
        }
    }

    @Rule(id = "B14", value = "a tied head that is stored twice must be the embedding")
    static void differentHead(Fixture f) {
        ModelSource source = TinyModel.LLAMA.write(f.path("tied"));
        ReferenceModel model = TinyModel.LLAMA.model();
        List<Entry> entries = model.entries();
        Entry embedding = entries.get(WeightLayout.EMBEDDING);
        FloatBuffer head = FloatBuffer.wrap(embedding.data().get().array().clone());
        entries.add(new Entry(HEAD, embedding.dtype(), embedding.shape(), () -> head));
        store(source, entries);
        for (DeclaredRole role : DeclaredRole.of(f.backend(), source)) {
            assertThatCode(role.open()::get)
                    .as("opening a %s with a head that equals the embedding", role.name())
                    .doesNotThrowAnyException();
        }
        head.put(head.limit() - 1, head.get(head.limit() - 1) + 1);
        store(source, entries);
        assertRefused(f, source.directory(), HEAD);
    }

    @Rule(id = "B15", value = "a tied model may store its embedding as the head")
    static void headAlone(Fixture f) {
        ModelSource source = TinyModel.LLAMA.write(f.path("tied"));
        List<Entry> entries = TinyModel.LLAMA.model().entries();
        Entry embedding = entries.get(WeightLayout.EMBEDDING);
        entries.set(WeightLayout.EMBEDDING, new Entry(HEAD, embedding.dtype(), embedding.shape(), embedding.data()));
        store(source, entries);
        for (DeclaredRole role : DeclaredRole.of(f.backend(), source)) {
            assertThatCode(role.open()::get)
                    .as("opening a %s whose embedding is called %s", role.name(), HEAD)
                    .doesNotThrowAnyException();
        }
        if (f.backend().capabilities().contains(Capability.LOG_PROBS)) {
            TokenBatch batch = Group.batch(1, Group.RAGGED);
            try (Policy policy = f.backend().openPolicy(source)) {
                Checks.assertClose(
                        "log-probabilities of a model whose embedding is called " + HEAD,
                        policy.logProbs(batch).values(),
                        new ReferencePolicy(TinyModel.LLAMA.write(f.path("usual")))
                                .logProbs(batch)
                                .values(),
                        f.tolerances().logProb());
            }
        }
    }

    private static void store(ModelSource source, List<Entry> entries) {
        SafetensorsWriter.write(source.directory().resolve("model.safetensors"), entries, Map.of());
    }

    @Rule(id = "B16", value = "a setting that is not obeyed is refused by name, unless the caller accepts it")
    static void settings(Fixture f) throws IOException {
        Path file = f.source().directory().resolve("config.json");
        String plain = Files.readString(file);
        for (String setting : List.of(
                "\"is_causal\": false",
                "\"logit_scale\": 0.125",
                "\"attention_window\": 8",
                "\"rope_parameters\": {\"rope_type\": \"default\", \"full_attention\": {\"rope_theta\": 7}}")) {
            Files.writeString(file, plain.replaceFirst("\\{", "{" + setting + ","));
            String key = setting.substring(1, setting.indexOf(':') - 1);
            assertRefused(f, f.source().directory(), key);
            for (DeclaredRole role : DeclaredRole.of(f.backend(), f.source().accepting(Set.of(key)))) {
                assertThatCode(role.open()::get)
                        .as("opening a %s that accepts %s", role.name(), key)
                        .doesNotThrowAnyException();
            }
        }
    }

    private static void assertRefused(Fixture f, Path directory, String mentioned) {
        for (DeclaredRole role : DeclaredRole.of(f.backend(), ModelSource.directory(directory))) {
            assertThatThrownBy(role.open()::get, "opening %s as a %s", directory.getFileName(), role.name())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(mentioned);
        }
    }

    private static void changeConfig(Fixture f, String from, String to) throws IOException {
        Path file = f.source().directory().resolve("config.json");
        String config = Files.readString(file);
        if (!config.contains(from)) {
            throw new IllegalStateException("config.json does not contain " + from + ": " + config);
        }
        Files.writeString(file, config.replace(from, to));
    }
}
