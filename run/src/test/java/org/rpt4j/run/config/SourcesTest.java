package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.commons.configuration2.BaseConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.section.CorpusJoin;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedSetting;

/** Where values come from, their precedence, and errors in files. */
class SourcesTest {

    private static final String YAML = """
            # a run
            model: {directory: models/tiny}
            corpus:
              files:
                - corpus/{train,more}.jsonl
                - "more, or less.txt"
              text-fields: [problem, solution]
              join: solution-targets-only
              field-separator: "\\n===\\n"
            training.steps: 20
            """;

    private static final String JSON = """
            {
              "model.directory": "models/tiny",
              "corpus": {
                "files": ["corpus/{train,more}.jsonl", "more, or less.txt"],
                "text-fields": ["problem", "solution"],
                "join": "SOLUTION_TARGETS_ONLY", "field-separator": "\\n===\\n"
              },
              "training": {"steps": 20}
            }
            """;

    private static final String PROPERTIES = """
            model.directory = models/tiny
            corpus.files = corpus/{train\\\\,more}.jsonl, \\
                more\\\\, or less.txt
            corpus.text-fields = problem, solution
            corpus.join : SOLUTION_TARGETS_ONLY
            corpus.field-separator = \\n===\\n
            training.steps = 20
            """;

    @TempDir
    private Path folder;

    private Path file(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> problems(String name, String content) {
        Path file = file(name, content);
        return catchThrowableOfType(
                        ConfigurationException.class,
                        () -> KeyTest.minimal().file(file).build())
                .problems();
    }

    @ParameterizedTest
    @CsvSource({"run.yaml, 10", "run.yml, 10", "run.json, 8", "run.properties, 7"})
    void allFormatsGiveTheSameValues(String name, int lineOfSteps) {
        String content = name.endsWith("json") ? JSON : name.endsWith("properties") ? PROPERTIES : YAML;

        RunConfiguration configuration =
                RunConfiguration.builder().file(file(name, content)).build();

        assertThat(configuration.get(CorpusKeys.FILES))
                .containsExactly("corpus/{train,more}.jsonl", "more, or less.txt");
        assertThat(configuration.get(CorpusKeys.TEXT_FIELDS)).containsExactly("problem", "solution");
        assertThat(configuration.get(CorpusKeys.JOIN)).isEqualTo(CorpusJoin.SOLUTION_TARGETS_ONLY);
        assertThat(configuration.corpus().fieldSeparator()).isEqualTo("\n===\n");
        assertThat(configuration.get(TrainingKeys.STEPS)).isEqualTo(20);
        assertThat(configuration.source(TrainingKeys.STEPS)).isEqualTo(name + ":" + lineOfSteps);
    }

    @Test
    void precedenceIsCodePropertiesEnvironmentFilesDefaults() {
        Properties properties = new Properties();
        properties.setProperty("rpt4j.training.steps", "3");
        properties.setProperty("rpt4j.training.prompts-per-step", "3");
        properties.setProperty("rpt4j.training.start-step", "3");
        Map<String, String> environment = Map.of(
                "RPT4J_TRAINING_STEPS", "2",
                "RPT4J_TRAINING_PROMPTS_PER_STEP", "2",
                "RPT4J_TRAINING_UPDATES_PER_BATCH", "2");
        Path file = file(
                "run.yaml",
                "training: {steps: 1, prompts-per-step: 1, updates-per-batch: 1," + " max-skipped-steps: 1}");

        RunConfiguration configuration = KeyTest.minimal()
                .set(TrainingKeys.STEPS, 4L)
                .systemProperties(properties)
                .environment(environment)
                .file(file)
                .build();

        assertThat(configuration.settings())
                .contains(
                        RecordedSetting.given("training.steps", "4", "builder"),
                        RecordedSetting.given("training.start-step", "3", "system property rpt4j.training.start-step"),
                        RecordedSetting.given(
                                "training.prompts-per-step", "3", "system property rpt4j.training.prompts-per-step"),
                        RecordedSetting.given(
                                "training.updates-per-batch", "2", "environment RPT4J_TRAINING_UPDATES_PER_BATCH"),
                        RecordedSetting.given("training.max-skipped-steps", "1", "run.yaml:1"),
                        RecordedSetting.byDefault("training.micro-batch-tokens", "16384"),
                        RecordedSetting.derived("training.log-prob-gap-limit", "1E-4", "backend.precision"));
    }

    @Test
    void anInMemoryConfigurationHasTheRankOfAFile() {
        BaseConfiguration own = new BaseConfiguration();
        own.setProperty("training.steps", 6);
        own.addProperty("corpus.files", List.of("a.txt", "b.txt"));
        own.addProperty("model.directory", "m");

        RunConfiguration configuration =
                RunConfiguration.builder().configuration(own, "our settings").build();

        assertThat(configuration.get(CorpusKeys.FILES)).containsExactly("a.txt", "b.txt");
        assertThat(configuration.settings()).contains(RecordedSetting.given("training.steps", "6", "our settings"));
    }

    @Test
    void allErrorsAreReportedAtOnce() {
        Path file = file("run.yaml", """
                trainning:
                  steps: 10
                training:
                  step: 5
                  prompts-per-step: many
                nonsense: 1
                sampling: {temperature: 0}
                """);

        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> RunConfiguration.builder()
                        .file(file)
                        .set("objective.name", "opo", "--set")
                        .build());

        assertThat(error.problems())
                .containsExactly(
                        "run.yaml:2: unknown key trainning.steps. Did you mean training.steps?",
                        "run.yaml:4: unknown key training.step. Did you mean training.steps?",
                        "run.yaml:5: training.prompts-per-step: \"many\" is not a whole number, at least 1 (in groups).",
                        error.problems().get(3),
                        "run.yaml:7: sampling.temperature: 0 is out of range, must be a number, above 0.",
                        error.problems().get(5),
                        error.problems().get(6));
        assertThat(error.problems().get(3))
                .startsWith("run.yaml:6: unknown key nonsense. Sections: model, lora, backend");
        assertThat(error.problems().get(5))
                .startsWith("model.directory has no value")
                .contains("RPT4J_MODEL_DIRECTORY");
        assertThat(error.problems().get(6)).contains("corpus.files (not given)", "nothing to make tasks from");
        assertThat(error).hasMessageContaining("7 errors").hasMessageContaining("\n- run.yaml:2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "run.yaml ! on: true ! run.yaml:1: unknown key on.",
                "run.yaml ! {training: {steps: 010}} ! run.yaml:1: training.steps: 010 has a leading zero",
                "run.yaml ! training.steps: 12:30 ! \"12:30\" is not a whole number",
                "run.yaml ! backend.recompute-activations: yes ! \"yes\" is neither true nor false",
                "run.yaml ! training.steps: ~ ! run.yaml:1: training.steps has no value",
                "run.yaml ! training: {steps: 1, steps: 2} ! run.yaml:1: training.steps is already set at"
                        + " run.yaml:1",
                "run.yaml ! training.steps: [1, 2] ! [1, 2] is a list, must be one value",
                "run.yaml ! corpus.files: [[a]] ! is a list or mapping; a single value is expected",
                "run.yaml ! a: &x {b: *x} ! anchors and aliases",
                "run.yaml ! corpus.files: [a ! run.yaml:1: invalid YAML",
                "run.yaml ! a: \"\\UFFFFFFFF\" ! run.yaml:1: invalid YAML",
                "run.yaml ! - a ! a configuration must be a mapping",
                "run.json ! {\"training\": {\"steps\": 1} ! run.json:1: invalid JSON",
                "run.json ! {\"training.steps\": null} ! training.steps is null",
                "run.json ! {\"training.steps\": 1, \"training\": {\"steps\": 2}} ! already set at run.json:1",
                "run.json ! {} {} ! unexpected text after the end",
                "run.json ! [] ! must be one JSON object",
                "run.json ! {\"corpus.files\": [{}]} ! list of lists or objects",
                "run.properties ! training.steps = ! run.properties:1: training.steps has no value",
                "run.properties ! include = other.properties ! unknown key include",
                "run.properties ! training.steps = ${sys:java.version} ! \"${sys:java.version}\" is not a whole number",
                "run.toml ! steps = 1 ! has an unknown format. Name it .properties, .yaml, .yml or .json."
            })
    void wrongFilesAreRefusedWithTheLine(String name, String content, String problem) {
        assertThat(problems(name, content)).singleElement().asString().contains(problem);
    }

    @Test
    void aDuplicateKeyInPropertiesIsRejected() {
        assertThat(problems("run.properties", "training.steps = 1\ntraining.steps = 2\n"))
                .containsExactly("run.properties:2: training.steps is already set at run.properties:1. Keep one of the"
                        + " two.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.proxy = \\uZZZZ", "model.\\uZZZZ = a", "model.\\u4"})
    void aWrongEscapeIsRefused(String property) {
        assertThat(problems("run.properties", "run.seed = 1\n" + property + "\n"))
                .singleElement()
                .asString()
                .startsWith("run.properties:1: invalid property after this line");
    }

    @Test
    void aByteOrderMarkIsIgnored() {
        assertThat(KeyTest.minimal()
                        .file(file("run.properties", "\uFEFFtraining.steps = 5"))
                        .build()
                        .get(TrainingKeys.STEPS))
                .isEqualTo(5);
    }

    @Test
    void filesThatAreNotConfigurationsAreRejected() throws IOException {
        Path large = file("large.yaml", "#".repeat((1 << 20) + 1));
        Path binary = Files.write(folder.resolve("binary.json"), new byte[] {'{', (byte) 0xff});

        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> KeyTest.minimal()
                        .file(folder.resolve("missing.yaml"))
                        .file(large)
                        .file(binary)
                        .build());

        assertThat(error.problems())
                .satisfiesExactly(
                        missing -> assertThat(missing).contains("missing.yaml does not exist"),
                        tooLarge -> assertThat(tooLarge).contains("at most 1048576 are read"),
                        noText -> assertThat(noText).contains("not valid UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deeply", "empty"})
    void oddYamlDoesNoHarm(String kind) {
        if (kind.equals("empty")) {
            assertThat(KeyTest.minimal()
                            .file(file("run.yaml", "# nothing\n"))
                            .build()
                            .get(TrainingKeys.STEPS))
                    .isEqualTo(1000);
        } else {
            assertThat(problems("run.yaml", "[".repeat(100_000)))
                    .singleElement()
                    .asString()
                    .contains("invalid YAML");
            assertThat(problems("run.json", "{\"a\":".repeat(100_000)))
                    .singleElement()
                    .asString()
                    .contains("invalid JSON");
        }
    }

    @Test
    void foreignNamesAreIgnoredAndMisspellingsAreRejected() {
        Properties properties = new Properties();
        properties.setProperty("rpt4j.shared", "/data");
        properties.setProperty("rpt4j.training.stepps", "3");
        properties.setProperty("user.home", "/home");
        Map<String, String> environment = Map.of(
                "RPT4J_BACKND_NAME", "x", "RPT4J_HOME", "/opt", "PATH", "/bin", "RPT4J_EVALUATION_WHATEVER", "1");

        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> KeyTest.minimal()
                        .systemProperties(properties)
                        .environment(environment)
                        .build());

        assertThat(error.problems())
                .containsExactly(
                        "system property rpt4j.training.stepps: unknown key. Did you mean rpt4j.training.steps?",
                        "environment RPT4J_BACKND_NAME: unknown key. Did you mean RPT4J_BACKEND_NAME?",
                        "environment RPT4J_EVALUATION_WHATEVER: unknown key. Remove it.");
    }

    @ParameterizedTest
    @CsvSource({"control.flops, baseline.flops", "alarms.gap-share, health.gap-share"})
    void aFormerNameSuggestsTheCurrentOne(String former, String present) {
        assertThat(problems("run.properties", former + " = 0.5"))
                .containsExactly("run.properties:1: unknown key " + former + ". Did you mean " + present + "?");
    }

    @Test
    void aFormerNameInTheEnvironmentIsRejected() {
        Properties properties = new Properties();
        properties.setProperty("rpt4j.alarms.gap-share", "0.5");

        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> KeyTest.minimal()
                        .systemProperties(properties)
                        .environment(Map.of("RPT4J_CONTROL_FLOPS", "1e9"))
                        .build());

        assertThat(error.problems())
                .containsExactly(
                        "system property rpt4j.alarms.gap-share: unknown key. Did you mean"
                                + " rpt4j.health.gap-share?",
                        "environment RPT4J_CONTROL_FLOPS: unknown key. Did you mean RPT4J_BASELINE_FLOPS?");
    }

    @Test
    void aVariableThatTheLocaleGarbledIsRefused() {
        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> KeyTest.minimal()
                        .environment(Map.of("RPT4J_CORPUS_FILES", "gr\uFFFD\uFFFDn.jsonl"))
                        .build());

        assertThat(error.problems())
                .singleElement()
                .asString()
                .startsWith("environment RPT4J_CORPUS_FILES: has bytes that this Java cannot read")
                .endsWith("Set a UTF-8 locale, such as LC_ALL=C.UTF-8.");
    }

    @Test
    void aFileMayHaveAnyName() {
        Path file = file("from paper.yaml", "{model: {directory: m}, corpus: {files: [a]}, training: {steps: 5}}");

        RunConfiguration configuration = RunConfiguration.builder().file(file).build();

        assertThat(configuration.settings())
                .contains(
                        RecordedSetting.given("training.steps", "5", "from paper.yaml:1"),
                        RecordedSetting.derived("sampling.seed", "0", "run.seed"));
        assertThat(configuration.source(TrainingKeys.STEPS)).isEqualTo("from paper.yaml:1");
    }

    @Test
    void notesReportReplacedPresetPartsAndValuesWithoutEffect() {
        RunConfiguration configuration = KeyTest.minimal()
                .set("objective.preset", "trl", "run.yaml:1")
                .set("objective.clip-high", "0.28", "run.yaml:2")
                .set("objective.clip-low", "0.2", "run.yaml:3")
                .set("selection.share", "0.5", "run.yaml:4")
                .set(EvaluationKeys.SAMPLES, 1)
                .build();

        assertThat(configuration.notes())
                .containsExactly(
                        "selection.share = 0.5 (run.yaml:4) has no effect: it takes effect if selection.rule is"
                                + " TOP_FRACTION or UNIFORM",
                        "objective.clip-high = 0.28 (run.yaml:2) overrides 0.2 from objective.name");
        assertThat(RunConfiguration.builder()
                        .set("model.directory", "m", "test")
                        .set("corpus.dataset", "hard.tasks", "test")
                        .set("selection.min-entropy", "1", "run.yaml:4")
                        .build()
                        .notes())
                .containsExactly("selection.min-entropy = 1 (run.yaml:4) has no effect: it takes effect if"
                        + " corpus.files is given");
    }
}
