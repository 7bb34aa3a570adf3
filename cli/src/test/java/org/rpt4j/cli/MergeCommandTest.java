package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.tiny.TinyCheckpoint;

class MergeCommandTest {

    private static final String PROMPT = "Today is Monday.";

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path adapter;

    @BeforeAll
    static void writeModelAndAdapter() {
        model = TinyCheckpoint.write(folder.resolve("model"));
        adapter = folder.resolve("adapter");
        LoraOptions form = LoraOptions.builder().rank(2).build();
        AdapterLayout layout = AdapterLayout.of(ModelConfigReader.read(model), form);
        AdapterWriter.write(adapter, ModelSource.directory(model), form, layout, spec -> {
            FloatBuffer values = FloatBuffer.allocate((int) spec.size());
            for (int i = 0; i < values.capacity(); i++) {
                values.put(i, ((i * 7) % 11 - 5) / 8f);
            }
            return values;
        });
    }

    private static Cli generate(Object... which) {
        List<Object> arguments = new ArrayList<>(
                List.of("generate", "--backend.name", "reference", "--prompt", PROMPT, "--max-tokens", 12));
        arguments.addAll(List.of(which));
        return Cli.run(arguments.toArray());
    }

    @Test
    void theMergedModelWritesWhatModelAndAdapterWrite() throws IOException {
        Path merged = folder.resolve("merged");
        Cli written = Cli.run("merge", "--model.directory", model, "--model.adapter", adapter, "--out", merged);
        assertThat(written.code()).isZero();
        assertThat(written.err()).contains(merged.toString());
        assertThat(merged.resolve("tokenizer.json")).hasSameTextualContentAs(model.resolve("tokenizer.json"));
        Cli plain = generate("--model.directory", model);
        Cli both = generate("--model.directory", model, "--model.adapter", adapter);
        assertThat(both.out()).isNotEqualTo(plain.out());
        assertThat(generate("--model.directory", merged).out()).isEqualTo(both.out());
        Cli twice = generate("--model.directory", merged, "--model.adapter", adapter);
        assertThat(twice.code()).isEqualTo(1);
        assertThat(twice.err()).contains("merged into");
    }

    @Test
    void weightsCanBeHalved() throws IOException {
        Path half = folder.resolve("half");
        assertThat(Cli.run(
                                "merge",
                                "--model.directory",
                                model,
                                "--model.adapter",
                                adapter,
                                "--out",
                                half,
                                "--weights",
                                "BF16")
                        .code())
                .isZero();
        assertThat(Files.size(half.resolve("model.safetensors")))
                .isLessThan(Files.size(model.resolve("model.safetensors")) * 6 / 10);
    }

    @Test
    void modelsAreNotReplacedAndTheAdapterIsRequired() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("config.json"), "{}");
        Cli refused = Cli.run("merge", "--model.directory", model, "--model.adapter", adapter, "--out", taken);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("never replaced");
        assertThat(taken.resolve("config.json")).hasContent("{}");
        Cli without = Cli.run("merge", "--model.directory", model, "--out", folder.resolve("never"));
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("model.adapter");
    }
}
