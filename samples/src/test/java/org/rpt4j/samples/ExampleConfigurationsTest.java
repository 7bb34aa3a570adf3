package org.rpt4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TaskKeys;

/** The files in {@code src/main/config}. */
class ExampleConfigurationsTest {

    private static final Path ROOT = Path.of("..");
    private static final Path FOLDER = Path.of("src/main/config");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.filter(file -> !file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    /** As from the root of the repository, where they are meant to be used. */
    private static RunConfiguration configuration(Path file) {
        return RunConfiguration.builder()
                .file(file)
                .set(
                        PromptKeys.INSTRUCTION,
                        FOLDER.resolve("quickstart-instruction.txt").toString())
                .build();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isValidAndSurprisesNobody(Path file) {
        RunConfiguration configuration = configuration(file);

        assertThat(configuration.notes()).isEmpty();
        assertThat(configuration.find(RunKeys.DIRECTORY)).isPresent();
        assertThat(configuration.training(SamplingOptions.greedy(1)).steps()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatShipsWithTheSamplesIsThere(Path file) throws IOException {
        RunConfiguration configuration = configuration(file);
        if (file.endsWith("paper.yaml")) {
            return;
        }
        String instruction = Files.readString(file);
        assertThat(instruction).contains("samples/src/main/config/quickstart-instruction.txt");
        Path model = configuration.get(ModelKeys.DIRECTORY);
        boolean isMadeByARun = model.startsWith("runs");
        assertThat(isMadeByARun || Files.exists(ROOT.resolve(model).resolve("config.json")))
                .isTrue();
        if (TaskKeys.areAnswers(configuration)) {
            return; // its questions are written first
        }
        List<String> corpus = configuration.get(CorpusKeys.FILES).stream()
                .map(name -> ROOT.resolve(name).toString())
                .toList();
        try (DocumentIterator documents =
                Corpora.open(corpus, configuration.corpus()).iterator()) {
            assertThat(documents.next().text()).isNotBlank();
        }
    }

    @Test
    void thePaperIsThePaper() {
        RptSettings settings = configuration(FOLDER.resolve("paper.yaml")).training(RptSettings.PAPER.sampling());

        assertThat(settings)
                .isEqualTo(RptSettings.PAPER.toBuilder()
                        .schedule(LearningRateSchedule.constant(1e-6))
                        .logProbGapLimit(0.1)
                        .build());
    }

    @Test
    void theAblationAndTheControlDifferInWhatTheyAreFor() {
        assertThat(configuration(FOLDER.resolve("ablation-dr-grpo.properties"))
                        .training(SamplingOptions.greedy(1))
                        .objective())
                .isEqualTo(Objective.DR_GRPO);
        assertThat(configuration(FOLDER.resolve("baseline-uniform.json"))
                        .pipeline(64)
                        .selection()
                        .selector())
                .isEqualTo(new PositionSelector.UniformFraction(0.2, 17));
    }
}
