package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.ContentHash;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.TinyRuns;

/** Runs that train an adapter instead of all weights. */
class AdapterRunTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    private RunConfigurationBuilder configuration(String name) {
        return runs.configuration(name).set(LoraKeys.RANK, 2).set(ObjectiveKeys.KL_WEIGHT, 0.01);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void checkpointsHoldTheAdapterAloneAndTheModelStaysAsItIs() throws IOException {
        String before = ContentHash.of(runs.model());
        RunResult result = run(configuration("run"));
        assertThat(result.training().updates()).isPositive();
        assertThat(ContentHash.of(runs.model())).isEqualTo(before);
        List<String> adapter = List.of("adapter_config.json", "adapter_model.safetensors");
        assertThat(names(folder.resolve("run/checkpoint"))).isEqualTo(adapter);
        for (long step : runs.checkpoints("run").steps()) {
            assertThat(names(runs.checkpoints("run").folder(step).resolve("model")))
                    .isEqualTo(adapter);
        }
        assertThat(changed(folder.resolve("run/checkpoint")))
                .as("some B is no longer 0")
                .isTrue();
    }

    private boolean changed(Path directory) {
        ModelSource source = ModelSource.directory(runs.model()).withAdapter(directory);
        try (Adapter adapter = Adapter.open(source, ModelConfigReader.read(runs.model()))) {
            assertThat(adapter.options().rank()).isEqualTo(2);
            return adapter.layout().pairs().stream().anyMatch(pair -> {
                FloatBuffer b = FloatBuffer.allocate(Math.toIntExact(pair.b().size()));
                adapter.read(pair.b(), b);
                for (float value : b.array()) {
                    if (value != 0) {
                        return true;
                    }
                }
                return false;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyStepCanBeResumedFrom(boolean background) throws IOException {
        run(configuration("whole").set(RunKeys.BACKGROUND_CHECKPOINTS, background));
        List<Long> steps = runs.checkpoints("whole").steps();
        assertThat(steps).endsWith(STEPS);
        for (long step : steps) {
            Path killed = runs.killed("whole", step, "killed-" + step);
            run(runs.configuration(killed)
                    .set(LoraKeys.RANK, 2)
                    .set(ObjectiveKeys.KL_WEIGHT, 0.01)
                    .set(RunKeys.RESUME, true));
            assertSame(killed, folder.resolve("whole"));
        }
    }

    /** With a penalty, the reference changes what is learned: the model under the adapter does as a second copy does. */
    @Test
    void theReferenceIsTheModelUnderTheAdapter() throws IOException {
        run(configuration("under"));
        run(configuration("beside").set(ModelKeys.REFERENCE, runs.model().resolve("../model")));
        run(configuration("without").set(ObjectiveKeys.KL_WEIGHT, 0.0));
        byte[] under = Files.readAllBytes(folder.resolve("under/checkpoint/adapter_model.safetensors"));
        assertThat(folder.resolve("beside/checkpoint/adapter_model.safetensors"))
                .hasBinaryContent(under);
        assertThat(Files.readAllBytes(folder.resolve("without/checkpoint/adapter_model.safetensors")))
                .isNotEqualTo(under);
    }

    @Test
    void aRunTrainsAnAdapterFurther() {
        run(configuration("first"));
        Path adapter = folder.resolve("first/checkpoint");
        RunResult second = run(runs.configuration("second").set(ModelKeys.ADAPTER, adapter));
        assertThat(second.training().updates()).isPositive();
        assertThat(changed(folder.resolve("second/checkpoint"))).isTrue();
        assertThat(RecordedRun.open(folder.resolve("second")).provenance().artifacts())
                .anyMatch(artifact -> artifact.role().equals("adapter"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        configuration("both").set(ModelKeys.ADAPTER, adapter).build())
                .withMessageContaining("lora.rank")
                .withMessageContaining("model.adapter");
    }

    @Test
    void anotherRankIsAnotherRun() {
        run(configuration("run").set(TrainingKeys.STEPS, 2L));
        RunConfigurationBuilder changed =
                configuration("run").set(LoraKeys.RANK, 3).set(RunKeys.RESUME, true);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> run(changed))
                .withMessageContaining("lora.rank");
    }

    @Test
    void whatCannotBeAnAdapterIsRefusedBeforeAnythingIsScored() {
        RunConfigurationBuilder missing = runs.configuration("missing").set(ModelKeys.ADAPTER, runs.model());
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> run(missing))
                .withMessageContaining("adapter_config.json");
        assertThat(folder.resolve("missing/scores.rpt4j")).doesNotExist();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> configuration("wrong")
                        .set(LoraKeys.TARGETS, List.of("lm_head"))
                        .build())
                .withMessageContaining("q_proj");
    }

    @Test
    void temporaryFilesAreGone() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<String> before = adapters(temporary);
        run(configuration("run").set(TrainingKeys.STEPS, 1L).set(BackendKeys.THREADS, 1));
        assertThat(adapters(temporary)).isEqualTo(before);
    }

    private static List<String> adapters(Path temporary) throws IOException {
        return names(temporary).stream()
                .filter(name -> name.startsWith("rpt4j-adapter"))
                .toList();
    }
}
