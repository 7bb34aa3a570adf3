package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** {@code run --dry-run} and {@code run --fit} with the estimates of the native backend and a limit on its memory. */
class FitTest {

    private static final String MEMORY = "rpt4j.native.memory";

    /** Some 100 million parameters; only the file that describes them is read. */
    private static final String LARGE = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 768,
             "num_hidden_layers": 12, "num_attention_heads": 12, "num_key_value_heads": 4, "intermediate_size": 2048,
             "vocab_size": 16000, "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
             "tie_word_embeddings": false, "hidden_act": "silu", "eos_token_id": 2}
            """;

    @TempDir
    private static Path folder;

    private static Path large;
    private static Path tiny;
    private static Path corpus;

    @BeforeAll
    static void writeModels() throws IOException {
        tiny = TinyCheckpoint.write(folder.resolve("tiny"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 6);
        large = Files.createDirectories(folder.resolve("large"));
        Files.writeString(large.resolve("config.json"), LARGE);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(tiny.resolve(name), large.resolve(name));
        }
    }

    @BeforeEach
    void limitMemory() {
        System.setProperty(MEMORY, "3g");
    }

    @AfterEach
    void lift() {
        System.clearProperty(MEMORY);
    }

    private static Cli run(Path model, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "run",
                "--backend.name",
                "native",
                "--model.directory",
                model,
                "--files",
                corpus,
                "--text-fields",
                "story",
                "--prompts-per-step",
                3));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static Cli dry(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--dry-run", "--max-tokens", 128, "--run.directory", "none"));
        arguments.addAll(List.of(more));
        return run(large, arguments.toArray());
    }

    @Test
    void aDryRunShowsWhatWouldMakeTheRunFit() {
        Cli dry = dry();
        assertThat(dry.err()).isEmpty();
        assertThat(dry.code()).isZero();
        assertThat(dry.out())
                .containsPattern("phase +needs +peak +available +verdict +largest")
                .containsPattern("scoring +[\\d,]+ MiB +[\\d,]+ MiB +3,072 MiB +fits +")
                .containsPattern(
                        "training +[\\d,]+ MiB +[\\d,]+ MiB +[\\d,]+ MiB +does not fit +activations [\\d,]+ MiB")
                .contains("It fits with these settings, tried from the cheapest:")
                .containsPattern("training.micro-batch-tokens = \\d+ +# instead of 16384 \\(default\\); saves")
                .contains("With them:")
                .contains("training.micro-batch-tokens = 16384");
        String then = dry.out().substring(dry.out().indexOf("With them:"));
        assertThat(then).doesNotContain("not fit").containsPattern("training .* fits ");
    }

    /** What the dry run suggests is what --fit takes, and a run with these settings typed fits. */
    @Test
    void whatIsSuggestedIsWhatFitApplies() {
        Matcher suggestion =
                Pattern.compile("  (\\S+) = (\\S+) +# instead of .*").matcher(dry().out());
        List<Object> typed = new ArrayList<>();
        String fitted = dry("--fit").out();
        while (suggestion.find()) {
            assertThat(fitted).containsPattern(suggestion.group(1) + " = " + suggestion.group(2) + " +# --fit");
            typed.addAll(List.of("--" + suggestion.group(1), suggestion.group(2)));
        }
        assertThat(typed).contains("--training.micro-batch-tokens");
        assertThat(fitted).containsPattern("training.steps = 1000 +# default");
        assertThat(dry(typed.toArray()).out()).doesNotContain("not fit", "It fits with");
    }

    @Test
    void whatDoesNotFitWithAnySettingIsTold() {
        System.setProperty(MEMORY, "200m");
        Cli dry = dry();
        assertThat(dry.code()).isZero();
        assertThat(dry.out())
                .contains("It does not fit. These settings help most, tried from the cheapest:")
                .containsPattern("Still too large: .*training by [\\d,]+ MiB. Take a smaller model, or raise the system"
                        + " property rpt4j.native.memory.");
        Cli refused = run(large, "--fit", "--max-tokens", 128, "--run.directory", folder.resolve("refused"));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("fit: training.micro-batch-tokens = ", "The phase training needs")
                .contains("rpt4j run --dry-run");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void theRunRecordsWhatFitChoseAndResumesWithIt() {
        System.setProperty(MEMORY, "6m");
        Path directory = folder.resolve("fitted");
        Object[] arguments = {
            "--fit",
            "--run.directory",
            directory,
            "--reward.name",
            "coin",
            "--max-tokens",
            8,
            "--max-context-tokens",
            64,
            "--group-size",
            4,
            "--steps",
            2,
            "--held-out-share",
            0,
            "--threads",
            1,
            "--save-every-steps",
            1
        };
        Cli done = run(tiny, arguments);
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.err()).containsPattern("fit: training.micro-batch-tokens = \\d+  # instead of 16384");
        RecordedSetting chosen = RecordedRun.open(directory).configuration().stream()
                .filter(setting -> setting.name().equals("training.micro-batch-tokens"))
                .findFirst()
                .orElseThrow();
        assertThat(chosen.source()).isEqualTo("--fit");

        List<Object> again = new ArrayList<>(List.of(arguments));
        again.addAll(List.of("--run.resume", true));
        Cli resumed = run(tiny, again.toArray());
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("Resuming at step 2").doesNotContain("fit: ");
        again.remove("--fit");
        assertThat(run(tiny, again.toArray()).err()).contains("training.micro-batch-tokens was " + chosen.value());
        assertThat(Cli.run("resume", directory).code()).isZero();
    }

    @Test
    void aBackendWithoutAnEstimateHasNothingToFitBy() {
        Object[] arguments = {
            "run",
            "--dry-run",
            "--backend.name",
            "reference",
            "--model.directory",
            tiny,
            "--files",
            corpus,
            "--text-fields",
            "story",
            "--max-tokens",
            8
        };
        Cli dry = Cli.run(arguments);
        assertThat(dry.code()).isZero();
        assertThat(dry.out())
                .contains("The backend reference does not estimate the memory of this model on cpu. Only checkpoints");
        List<Object> fitting = new ArrayList<>(List.of(arguments));
        fitting.add("--fit");
        Cli refused = Cli.run(fitting.toArray());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("does not estimate the memory of this model on cpu.", "native or djl");
    }
}
