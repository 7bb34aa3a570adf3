package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.ConfigurationReference;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.Trace;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.launch.RunResult;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** {@code run} and {@code config}, and the same run from code and from {@code train}. */
class RunCommandTest {

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

    private static Path file(Path directory, String... more) {
        String yaml = String.join(
                "\n",
                "model: {directory: " + model + "}",
                "backend: {name: reference, threads: 1}",
                "corpus: {files: " + corpus + ", text-fields: story, held-out-share: 0.5}",
                "selection: {positions-per-document: 3}",
                "prompt: {instruction: " + instruction + "}",
                "reward: {name: coin}",
                "sampling: {group-size: 4, max-tokens: 4}",
                "training: {steps: 2, prompts-per-step: 3}",
                "optimizer: {learning-rate: 0.01}",
                "evaluation: {tasks: 5}",
                "run: {directory: " + directory + ", seed: 3}",
                String.join("\n", more));
        try {
            return Files.writeString(directory.resolveSibling(directory.getFileName() + ".yaml"), yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Cli run(Path file, String... settings) {
        List<Object> arguments = new ArrayList<>(List.of("run", "--config", file));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Cli.run(arguments.toArray());
    }

    @Test
    void oneFileDoesEverything() {
        Path directory = folder.resolve("whole");

        Cli done = run(file(directory), "evaluation.every-steps=1", "validation.keep-best=true");

        assertThat(done.err()).contains("6 documents", "tasks to train on", "training", "2 updates", "report: ");
        assertThat(done.code()).isZero();
        assertThat(done.out()).contains("before", "after", "(5 tasks)");
        assertThat(directory.resolve("report.html")).content().contains("<html", "evaluation.every-steps");
        assertThat(directory.resolve("checkpoint").resolve(WEIGHTS)).isNotEmptyFile();
        assertThat(new CheckpointStore(directory.resolve("checkpoints"))
                        .latest()
                        .orElseThrow()
                        .trainer())
                .satisfies(state -> assertThat(state.nextStep()).isEqualTo(2));
        assertThat(directory.resolve("checkpoint.optimizer")).isNotEmptyFile();
        assertThat(PassRates.load(directory.resolve("pass-rates.json")).counts())
                .isNotEmpty();
        RecordedRun run = RecordedRun.open(directory);
        assertThat(run.steps()).hasSize(2);
        assertThat(run.evaluations()).extracting(e -> e.report().label()).containsExactly("before", "step 1", "after");
        assertThat(run.configuration())
                .contains(
                        RecordedSetting.given("training.steps", "2", "whole.yaml:8"),
                        RecordedSetting.given("evaluation.every-steps", "1", "command line"),
                        RecordedSetting.byDefault("sampling.temperature", "0.8"),
                        RecordedSetting.derived("sampling.seed", "3", "run.seed"));
        assertThat(run.provenance().artifacts())
                .extracting(Artifact::role)
                .containsExactly("model", "tokenizer", "corpus", "prompt.instruction");

        assertThat(run(file(directory)).err()).contains("never overwritten").doesNotContain("scoring");
    }

    @Test
    void aFileCodeAndOptionsGiveTheSameRunBitForBit() {
        Path fromFile = folder.resolve("file");
        Path fromCode = folder.resolve("code");
        Path fromOptions = folder.resolve("options");

        assertThat(run(file(fromFile)).code()).isZero();
        RunResult code = new ConfiguredRun(inCode(fromCode), RunObserver.NONE).run();
        Cli options = Cli.run(
                "train",
                "--backend.name",
                "reference",
                "--threads",
                1,
                "--model.directory",
                model,
                "--files",
                corpus,
                "--text-fields",
                "story",
                "--positions-per-document",
                3,
                "--max-tokens",
                4,
                "--run.seed",
                3,
                "--tasks",
                5,
                "--reward.name",
                "coin",
                "--instruction",
                instruction,
                "--save",
                fromOptions.resolveSibling("options-model"),
                "--steps",
                2,
                "--prompts-per-step",
                3,
                "--group-size",
                4,
                "--learning-rate",
                0.01,
                "--held-out-share",
                0.5,
                "--run.directory",
                fromOptions);

        assertThat(options.code()).isZero();
        assertThat(code.training().updates()).isEqualTo(2);
        Path weights = fromFile.resolve("checkpoint").resolve(WEIGHTS);
        assertThat(weights)
                .hasSameBinaryContentAs(fromCode.resolve("checkpoint").resolve(WEIGHTS));
        assertThat(weights)
                .hasSameBinaryContentAs(folder.resolve("options-model").resolve(WEIGHTS));
        for (Path other : List.of(fromCode, fromOptions)) {
            assertThat(samples(other)).isEqualTo(samples(fromFile)).isNotEmpty();
            assertThat(metrics(other)).isEqualTo(metrics(fromFile)).hasSize(2);
            assertThat(outcomes(other)).isEqualTo(outcomes(fromFile)).hasSize(2);
        }
    }

    private static RunConfiguration inCode(Path directory) {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
                .set(BackendKeys.THREADS, 1)
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, 0.5)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 3)
                .set(PromptKeys.INSTRUCTION, instruction.toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 4)
                .set(TrainingKeys.STEPS, 2L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 3)
                .set(OptimizerKeys.LEARNING_RATE, 0.01)
                .set(EvaluationKeys.TASKS, 5)
                .set(RunKeys.DIRECTORY, directory)
                .set(RunKeys.SEED, 3L)
                .build();
    }

    private static List<String> samples(Path directory) {
        return RecordedRun.open(directory).rollouts().stream()
                .map(Trace::toString)
                .toList();
    }

    /** Of every step what does not depend on the clock. */
    private static List<String> metrics(Path directory) {
        return RecordedRun.open(directory).steps().stream()
                .map(RunCommandTest::timeless)
                .toList();
    }

    private static String timeless(StepRecord step) {
        return step.values().entrySet().stream()
                .filter(value -> !value.getKey().contains("second"))
                .toList()
                .toString();
    }

    private static List<Object> outcomes(Path directory) {
        return RecordedRun.open(directory).evaluations().stream()
                .<Object>map(evaluation -> evaluation.report().outcomes())
                .toList();
    }

    /** Random weights never write a box in four tokens. */
    @Test
    void aRunWithoutABoxFailsAndSavesNothing() {
        Path directory = folder.resolve("no-box");

        Cli failed = run(file(directory), "reward.name=prefix-match");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err())
                .contains("No rollout of 2 steps held a prediction in a box")
                .contains("raise sampling.max-tokens (4, no-box.yaml:7)");
        assertThat(directory.resolve("checkpoint")).doesNotExist();
        assertThat(directory.resolve("report.html")).exists();
        assertThat(RecordedRun.open(directory).outcome().orElseThrow())
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(RunEnd.Outcome.FAILED))
                .satisfies(end -> assertThat(end.detail()).contains("No rollout of 2 steps"));

        Cli resumed = Cli.run("resume", directory);
        assertThat(resumed.code()).as("what it saw before counts").isEqualTo(1);
        assertThat(resumed.err()).contains("No rollout of 2 steps");
    }

    @Test
    void aRunThatIsInterruptedSaysHowToContinue() {
        Path directory = folder.resolve("interrupted run");
        Thread.currentThread().interrupt();
        Cli stopped = run(file(directory));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped.code()).isEqualTo(1);
        assertThat(stopped.err())
                .contains("interrupted")
                .contains("Continue with:")
                .contains("rpt4j run --config '" + folder.resolve("interrupted run.yaml") + "'");
    }

    @Test
    void aDatasetIsWrittenOnceAndRefusedForOtherSettings() throws IOException {
        Path dataset = folder.resolve("hard.tasks");
        Path plain = folder.resolve("plain");
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Path third = folder.resolve("third");

        assertThat(run(file(plain)).code()).isZero();
        assertThat(run(file(first), "corpus.dataset=" + dataset).err()).contains("scoring");
        byte[] written = Files.readAllBytes(dataset);
        Cli again = run(file(second), "corpus.dataset=" + dataset);
        assertThat(again.code()).isZero();
        assertThat(again.err()).doesNotContain("scoring");

        for (Path other : List.of(first, second)) {
            assertThat(other.resolve("checkpoint").resolve(WEIGHTS))
                    .hasSameBinaryContentAs(plain.resolve("checkpoint").resolve(WEIGHTS));
        }
        Cli refused = run(file(third), "corpus.dataset=" + dataset, "selection.min-entropy=0.25");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains(
                        "hard.tasks was made with other settings: selector is" + " min-entropy 0.5",
                        "this run has min-entropy 0.25");
        assertThat(Files.readAllBytes(dataset)).isEqualTo(written);
        assertThat(third).doesNotExist();
    }

    @Test
    void aRunGoesOnFromItsCheckpointAsIfItHadNotStopped() {
        Path whole = folder.resolve("uninterrupted");
        Path half = folder.resolve("half");
        Path rest = folder.resolve("rest");

        assertThat(run(file(whole)).code()).isZero();
        assertThat(run(file(half), "training.steps=1").code()).isZero();
        Cli resumed = run(
                file(rest),
                "training.start-step=1",
                "model.directory=" + half.resolve("checkpoint"),
                "model.optimizer-state=" + half.resolve("checkpoint.optimizer"),
                "model.proxy=" + model);

        assertThat(resumed.err()).contains("1 updates");
        assertThat(rest.resolve("checkpoint").resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.resolve("checkpoint").resolve(WEIGHTS));
    }

    @Test
    void aPenaltyNeedsAReferenceWhichIsOpened() {
        Path directory = folder.resolve("penalty");

        Cli done = run(file(directory), "objective.kl-weight=0.1", "evaluation.tasks=0");

        assertThat(done.code()).isZero();
        assertThat(done.out()).isEmpty();
        assertThat(done.err()).contains("note: objective.kl-weight = 0.1 (command line) overrides 0");
    }

    @Test
    void aDryRunTellsWhatWouldHappenAndWhatItCosts() {
        Path directory = folder.resolve("dry");

        Cli dry = Cli.run("run", "--dry-run", "--config", file(directory));

        assertThat(dry.code()).isZero();
        assertThat(dry.err()).isEmpty();
        // 2 steps of 3 groups of 4 completions of at most 4 tokens, prompts of 316 at most
        assertThat(dry.out())
                .contains("training.steps = 2 ", "# dry.yaml:8", "every prompt has 316 tokens and every completion 4")
                .contains("2 steps, 6 groups of 4: 1,992 tokens read or generated, 96 updated")
                .contains("2 times 5 thoughts: 6,360 tokens")
                .containsPattern("counted +rollout [\\d.e+]+, training [\\d.e+]+, evaluation [\\d.e+]+ FLOPs")
                .containsPattern("checkpoint +1 MiB +1 MiB +[\\d,]+ MiB +fits +2 checkpoints, one being written");
        Cli control = Cli.run(
                "run",
                "--dry-run",
                "--config",
                file(directory),
                "--set",
                "training.method=NEXT_TOKEN",
                "--set",
                "baseline.flops=1e9");
        assertThat(control.out())
                .contains("a baseline that spends 1.00e+09 FLOPs", "2 times 5 thoughts: 6,360 tokens")
                .contains("# note: training.steps = 2 (dry.yaml:8) has no effect");
        assertThat(directory).doesNotExist();
    }

    @Test
    void aDryRunTellsHowManyKnownAnswersTheRewardCannotRead() throws IOException {
        Path questions = Files.writeString(folder.resolve("words.jsonl"), """
                {"question": "Who won?", "answer": "the red team"}
                {"question": "By how much?", "answer": "7"}
                {"question": "And before?", "answer": "3"}
                """);
        List<Object> arguments = new ArrayList<>(List.of("run", "--dry-run", "--config", file(folder.resolve("q"))));
        arguments.addAll(List.of("--tasks.kind", "answers", "--answers.paths", questions, "--reward.name"));
        arguments.addAll(List.of("math-answer", "--held-out-share", 0, "--prompts-per-step", 2));

        assertThat(Cli.run(arguments.toArray()).out())
                .contains(
                        "note: 1 of 3 known answers cannot be read by the reward math-answer (first: words.jsonl#1, \"the"
                                + " red team\": free-text).");
        arguments.addAll(List.of("--answers.max-unreadable-share", 0.3));
        Cli refused = Cli.run(arguments.toArray());
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("1 of 3 known answers", "raise answers.max-unreadable-share (0.3)");
    }

    @Test
    void aRunThatWouldTakeTooLongIsRefusedBeforeItStarts() {
        Path directory = folder.resolve("endless");

        Cli longer = run(file(directory), "backend.name=djl", "run.max-hours=1e-12");

        assertThat(longer.code()).isEqualTo(1);
        assertThat(longer.err())
                .containsPattern("The run takes [\\d.]+ h, more than run.max-hours 1.0E-12 \\(rollout .* GFLOP/s\\)")
                .contains("Lower training.steps, training.prompts-per-step or sampling.max-tokens");
        assertThat(run(file(directory), "run.max-hours=100").err())
                .contains("run.max-hours is 100.0, but the backend reference does not measure its speed. Set it to 0.");
        assertThat(directory).doesNotExist();
        assertThat(run(file(directory), "backend.name=djl", "run.max-hours=1", "evaluation.tasks=0")
                        .code())
                .isZero();
        assertThat(Cli.run("run", "--dry-run", "--config", file(directory), "--set", "backend.name=djl")
                        .out())
                .containsPattern(
                        "Time: rollout [\\d.]+ h, training [\\d.]+ h, evaluation [\\d.]+ h at [\\d.]+" + " GFLOP/s");
    }

    @Test
    void wrongConfigurationsAreToldBeforeAnythingHappens() {
        Path directory = folder.resolve("wrong");

        Cli wrong = run(file(directory, "trainning: {steps: 3}"), "objective.name=opo", "training.updates-per-batch=2");

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains(
                        "2 errors",
                        "wrong.yaml:12: unknown key trainning.steps",
                        "training.updates-per-batch = 2 (command line) and objective.baseline = LENGTH_WEIGHTED");
        assertThat(directory).doesNotExist();
        assertThat(run(folder.resolve("none.yaml")).err()).contains("none.yaml does not exist");
        assertThat(Cli.run("run").code()).isEqualTo(2);
    }

    @Test
    void aRunWithoutAPlaceForItsResultsIsRefused() {
        Cli refused = Cli.run("run", "--model.directory", model, "--files", corpus, "--text-fields", "story");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("Set --run.directory to record it, or --run.save");
    }

    @Test
    void anOptionReplacesTheFileAndIsNotGivenTwice() {
        Path file = file(folder.resolve("replaced"));

        assertThat(Cli.run("run", "--dry-run", "--config", file, "--steps", 7, "--held-out-share", 0.25)
                        .out())
                .containsPattern("training.steps = 7 +# command line")
                .containsPattern("corpus.held-out-share = 0.25 +# command line")
                .containsPattern("evaluation.tasks = 5 +# replaced.yaml:10");
        Cli twice = Cli.run("run", "--dry-run", "--config", file, "--steps", 7, "--set", "training.steps=8");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("training.steps is given twice: with --set and with --training.steps.");
        assertThat(Cli.run("run", "--dry-run", "--config", file, "--steps", 7, "--steps", 8)
                        .err())
                .contains("training.steps: [7, 8] is a list, must be one value");
    }

    @Test
    void aListIsOneOptionWithCommasOrTheOptionAgain() {
        Path file = file(folder.resolve("listed-twice"));
        for (List<String> fields : List.of(
                List.of("--text-fields", "problem,solution"),
                List.of("--text-fields", "problem", "--corpus.text-fields", "solution"))) {
            List<Object> arguments = new ArrayList<>(List.of("run", "--dry-run", "--config", file));
            arguments.addAll(List.of("--join", "PROBLEM_AND_SOLUTION"));
            arguments.addAll(fields);
            assertThat(Cli.run(arguments.toArray()).out())
                    .containsPattern("corpus.text-fields = problem, solution +# command line");
        }
    }

    @Test
    void configPrintsValuesWithTheirSourcesOrTheManual() {
        Cli listing = Cli.run("config", "--config", file(folder.resolve("listed")), "--set", "training.steps=7");

        assertThat(listing.code()).isZero();
        assertThat(listing.out())
                .containsPattern("training.steps = 7 +# command line")
                .containsPattern("model.proxy = .*model +# from model.directory")
                .containsPattern("corpus.field-separator = \\\\n\\\\n +# default");
        assertThat(Cli.run("config", "--reference").out()).isEqualTo(ConfigurationReference.markdown());
        assertThat(Cli.run("config").code()).isEqualTo(2);
    }
}
