package org.rpt4j.run.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityValueTest {

    @TempDir
    private Path folder;

    @Test
    void aGivenValueThatReadsLikeAMarkIsStillGiven() throws IOException {
        Path file = folder.resolve("manifest.json");
        Map<String, IdentityValue> identity = Map.of(
                "backend.name",
                IdentityValue.of("native (from source.code)"),
                "sampling.seed",
                new IdentityValue("3", true));

        new CheckpointManifest(CheckpointManifest.FORMAT, CheckpointManifest.VERSION, "now", 1, identity).write(file);

        assertThat(CheckpointManifest.read(file).identity()).isEqualTo(identity);
    }

    @Test
    void aManifestOfVersion1IsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("manifest.json"), """
                {"format": "rpt4j-checkpoint", "version": 1, "written": "then", "nextStep": 4, "identity":
                 {"sampling.seed": "3 (from run.seed)", "training.steps": "8"}}
                """);

        assertThat(CheckpointManifest.read(file).identity())
                .containsEntry("sampling.seed", new IdentityValue("3", true))
                .containsEntry("training.steps", IdentityValue.of("8"))
                .hasSize(2);
    }
}
