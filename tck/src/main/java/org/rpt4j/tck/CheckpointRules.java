package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;

/** Rules about unreadable checkpoints; they apply to every role that the backend declares. */
final class CheckpointRules {

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
