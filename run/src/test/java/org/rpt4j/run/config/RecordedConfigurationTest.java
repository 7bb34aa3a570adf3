package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RunDirectory;

/** A run directory keeps the configuration that the run was started with. */
class RecordedConfigurationTest {

    private static final Provenance RECORD =
            Provenance.now("tabular", new ModelDescription("TabularForCausalLM", 81, 9, 16), Map.of(), List.of());

    @TempDir
    private Path folder;

    @Test
    void explicitValuesStayExplicitWhateverTheFileName() throws IOException {
        Path file = Files.writeString(
                folder.resolve("from paper.yaml"),
                "{model: {directory: m}, corpus: {files: [a]}, training: {steps: 5}, run: {seed: 7}}");
        RunConfiguration started = RunConfiguration.builder().file(file).build();
        Path run = folder.resolve("run");
        RunDirectory.create(run, RECORD, started.settings());

        RunConfiguration again = RunConfiguration.builder().run(run).build();

        assertThat(RecordedRun.open(run).configuration()).isEqualTo(started.settings());
        assertThat(again.get(TrainingKeys.STEPS)).isEqualTo(5);
        assertThat(again.isGiven(TrainingKeys.STEPS)).isTrue();
        assertThat(again.isGiven(SamplingKeys.SEED)).isFalse();
        assertThat(again.get(SamplingKeys.SEED)).isEqualTo(7);
        assertThat(again.settings()).isEqualTo(started.settings());
    }

    @Test
    void aDirectoryOfAnOlderVersionIsRead() throws IOException {
        Path run = folder.resolve("run");
        RunDirectory.create(run, RECORD, List.of());
        Files.writeString(run.resolve("configuration.json"), """
                [{"name": "training.steps", "value": "5", "source": "run.yaml:7"},
                 {"name": "sampling.seed", "value": "7", "source": "from run.seed"},
                 {"name": "corpus.files", "value": "a", "source": "from paper.yaml:1"},
                 {"name": "backend.threads", "value": "0", "source": "default"}]
                """);

        assertThat(RecordedRun.open(run).configuration())
                .containsExactly(
                        RecordedSetting.given("training.steps", "5", "run.yaml:7"),
                        RecordedSetting.derived("sampling.seed", "7", "run.seed"),
                        RecordedSetting.given("corpus.files", "a", "from paper.yaml:1"),
                        RecordedSetting.byDefault("backend.threads", "0"));
    }
}
