package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** {@code train} and {@code evaluate} together, since the one prints what the other measures. */
class TrainCommandTest {

    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;
    private static Path instruction;

    @BeforeAll
    static void writeModelAndCorpus() throws IOException {
        instruction = Files.writeString(folder.resolve("next.txt"), "Which token comes next? {context}");
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 6);
    }

    private static List<Object> common(String command, String backend) {
        List<Object> arguments = new ArrayList<>(List.of(command, "--backend.name", backend, "--threads", 1));
        arguments.addAll(List.of("--model.directory", model, "--files", corpus, "--text-fields", "story"));
        arguments.addAll(List.of("--positions-per-document", 3));
        arguments.addAll(List.of("--max-tokens", 4, "--run.seed", 3, "--tasks", 5, "--reward.name", "coin"));
        arguments.addAll(List.of("--instruction", instruction));
        return arguments;
    }

    private static Cli train(String backend, Path save, Object... more) {
        List<Object> arguments = common("train", backend);
        arguments.addAll(List.of("--save", save, "--steps", 2, "--prompts-per-step", 3, "--group-size", 4));
        arguments.addAll(List.of("--learning-rate", 0.01));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "djl"})
    void theWholePipelineTrainsAndSavesACheckpointThatOpens(String backend) throws IOException {
        Path save = folder.resolve("trained-" + backend);

        Cli trained = train(backend, save, "--held-out-share", 0.5);

        assertThat(trained.err()).contains("6 documents", "tasks to train on", "training", "2 updates", "saved to");
        assertThat(trained.code()).isZero();
        assertThat(trained.out()).contains("before", "after", "(5 tasks)", "reasoning accuracy");
        assertThat(save.resolve(WEIGHTS)).exists().isRegularFile();
        assertThat(Files.readAllBytes(save.resolve(WEIGHTS))).isNotEqualTo(Files.readAllBytes(model.resolve(WEIGHTS)));
        assertThat(save.resolve("tokenizer.json")).hasSameTextualContentAs(model.resolve("tokenizer.json"));
        try (Checkpoint checkpoint = Checkpoint.open(save)) {
            assertThat(checkpoint.config().layers()).isEqualTo(1);
        }
    }

    @Test
    void theSameSeedGivesTheSameModel() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");

        assertThat(train("reference", first, "--held-out-share", 0.5).out())
                .isEqualTo(train("reference", second, "--held-out-share", 0.5).out());

        assertThat(first.resolve(WEIGHTS)).hasSameBinaryContentAs(second.resolve(WEIGHTS));
    }

    @Test
    void evaluateSeesTheTasksThatTrainHeldOut() throws IOException {
        Path save = folder.resolve("evaluated");
        Path out = folder.resolve("reports/report.json");
        Cli trained = train("reference", save, "--held-out-share", 0.5, "--proxy", model);
        List<Object> arguments = common("evaluate", "reference");
        arguments.addAll(List.of("--held-out-share", 0.5, "--out", out));

        Cli evaluated = Cli.run(arguments.toArray());

        assertThat(evaluated.code()).isZero();
        assertThat(evaluated.err()).contains("evaluating");
        assertThat(columns(evaluated.out(), 1))
                .isEqualTo(columns(trained.out(), 1))
                .isNotEmpty();
        JsonNode report = new ObjectMapper().readTree(out.toFile());
        assertThat(report.at("/label").textValue()).isEqualTo("model");
        assertThat(report.at("/splits/0/tasks").intValue()).isEqualTo(5);
        assertThat(report.at("/splits/0/samples").intValue()).isEqualTo(5);
    }

    /** The numbers of one column of a table, without its heading. */
    private static List<String> columns(String table, int column) {
        return table.lines()
                .skip(1)
                .map(line -> line.strip().split(" {2,}"))
                .filter(cells -> cells.length > column)
                .map(cells -> cells[0] + " " + cells[column])
                .toList();
    }

    @Test
    void aRunDirectoryKeepsWhatHappened() {
        Path directory = folder.resolve("runs/kept");

        Cli trained = train(
                "reference",
                folder.resolve("kept"),
                "--held-out-share",
                0.5,
                "--run.directory",
                directory,
                "--every-steps",
                1);

        assertThat(trained.code()).isZero();
        RecordedRun run = RecordedRun.open(directory);
        assertThat(run.steps()).hasSize(2);
        assertThat(run.evaluations()).extracting(e -> e.report().label()).containsExactly("before", "step 1", "after");
        assertThat(run.evaluations())
                .extracting(e -> e.report().outcomes().size())
                .containsOnly(5);
        assertThat(run.configuration())
                .contains(
                        RecordedSetting.given("training.steps", "2", "command line"),
                        RecordedSetting.byDefault("selection.min-entropy", "0.5"));
        assertThat(run.provenance().artifacts())
                .extracting(Artifact::role)
                .containsExactly("model", "tokenizer", "corpus", "prompt.instruction");
        assertThat(run.provenance().seeds()).containsEntry("run.seed", 3L);
        assertThat(run.provenance().backend()).startsWith("reference, device cpu");
        assertThat(run.responses()).isNotEmpty();

        assertThat(directory.resolve("report.html")).content().contains("Thoughts before and after", "before", "after");
        Path page = folder.resolve("pages/report.html");
        assertThat(Cli.run("report", directory, "--out", page).out()).contains(page.toString());
        assertThat(page).hasSameBinaryContentAs(directory.resolve("report.html"));

        Cli again = train("reference", folder.resolve("again"), "--run.directory", directory);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("never overwritten").doesNotContain("scoring");
        assertThat(train("reference", folder.resolve("again"), "--save-every-steps", 2)
                        .err())
                .contains("there is nowhere to save checkpoints");
    }

    @Test
    void twoRunsAreCompared() {
        Path first = folder.resolve("runs/one");
        Path second = folder.resolve("runs/two");
        train("reference", folder.resolve("one"), "--held-out-share", 0.5, "--run.directory", first);
        train(
                "reference",
                folder.resolve("two"),
                "--held-out-share",
                0.5,
                "--run.directory",
                second,
                "--objective.name",
                "rloo");
        Path page = folder.resolve("pages/comparison.html");

        Cli compared = Cli.run("compare", first, second, "--out", page);

        assertThat(compared.code()).isZero();
        assertThat(compared.out()).contains("one", "two", "all reasoning", "objective.name: grpo -> rloo");
        assertThat(page).content().contains("one against two");
        assertThat(Cli.run("compare", first, folder).err()).contains("is not a run");
    }

    @Test
    void withoutHeldOutDocumentsThereIsNoTable() {
        Path save = folder.resolve("all");

        Cli trained = train(
                "reference",
                save,
                "--held-out-share",
                0,
                "--run.directory",
                folder.resolve("recorded"),
                "--save-every-steps",
                1);

        assertThat(trained.code()).isZero();
        assertThat(trained.out()).isEmpty();
        assertThat(trained.err()).contains(" 0 held out").doesNotContain("evaluating");
        assertThat(save.resolve(WEIGHTS)).exists();
    }

    @Test
    void aDirectoryWithSomethingInItIsNeverReplaced() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path letter = Files.writeString(home.resolve("letter.txt"), "dear");

        Cli refused = train("reference", home, "--held-out-share", 0.5);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("is not empty").doesNotContain("scoring");
        assertThat(letter).hasContent("dear");
    }

    @Test
    void severalSamplesGivePassAtK() {
        List<Object> arguments = common("evaluate", "reference");
        arguments.addAll(List.of("--held-out-share", 1, "--samples", 4, "--evaluation.temperature", 0.8));

        Cli evaluated = Cli.run(arguments.toArray());

        assertThat(evaluated.code()).isZero();
        assertThat(evaluated.out()).contains("pass@1", "pass@4");
    }
}
