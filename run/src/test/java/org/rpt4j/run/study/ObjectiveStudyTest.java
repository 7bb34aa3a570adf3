package org.rpt4j.run.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

class ObjectiveStudyTest {

    private static final List<Variant> VARIANTS = List.of(
            new Variant("base", Map.of()),
            new Variant("short", Map.of("sampling.max-tokens", "1")),
            new Variant("wrong", Map.of("reward.name", "no-such-reward")));

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    private RunConfigurationBuilder base(String name) {
        return runs.configuration(name).set(OptimizerKeys.SCHEDULE, LearningRateSchedule.Shape.CONSTANT);
    }

    /** Counts the runs that train. */
    private static final class Counting implements StudyObserver, RunObserver {

        private final List<String> trained = new ArrayList<>();
        private String current = "";

        @Override
        public void starting(String variant, long seed, int number, int of) {
            current = variant + seed;
            assertThat(number).isBetween(1, of);
        }

        @Override
        public RunObserver runs() {
            return this;
        }

        @Override
        public void training(Trainer trainer) {
            trained.add(current);
        }
    }

    @Test
    void everyVariantSpendsTheComputeOfTheFirstAndIsEvaluatedOnTheSameTokens() {
        RunConfiguration base = base("study").build();
        StudyResult result = new ObjectiveStudy(base, VARIANTS, List.of(3L, 4L), StudyObserver.NONE).run();

        assertThat(result.variants()).containsExactly("base", "short");
        assertThat(result.leftOut()).containsOnlyKeys("wrong");
        assertThat(result.leftOut().get("wrong")).contains("no reward has this name");
        for (int i = 0; i < 2; i++) {
            StudyCell first = result.cells("base").get(i);
            StudyCell shorter = result.cells("short").get(i);
            assertThat(first.steps()).isEqualTo(TinyRuns.STEPS);
            assertThat(shorter.steps()).isGreaterThan(first.steps());
            double step = shorter.flops() / shorter.steps();
            assertThat(shorter.flops()).isBetween(first.flops(), first.flops() + 2 * step);
            assertThat(shorter.thoughtTokens()).isEqualTo(1);
        }
        assertThat(result.cells())
                .allSatisfy(cell -> assertThat(cell.evaluation().outcomes())
                        .extracting("task")
                        .isEqualTo(result.before().outcomes().stream()
                                .map(outcome -> outcome.task())
                                .toList()));
        assertThat(result.reasoningDifference("base").difference()).isZero();
        assertThat(result.reasoningDifference("short").tasks())
                .isEqualTo(2 * result.before().outcomes().size());
        assertThat(result.toText()).contains("before", "short", "not run: wrong");
        assertThat(result.toHtml()).contains("2 ways to train at equal compute", "<th scope=\"row\">short</th>");
    }

    @Test
    void whatIsDoneIsNotDoneAgainAndWhatWasInterruptedContinues() {
        List<Variant> variants = VARIANTS.subList(0, 2);
        RunConfiguration base = base("parts").build();
        StudyObserver interrupting = new StudyObserver() {
            private String variant = "";

            @Override
            public void starting(String name, long seed, int number, int of) {
                variant = name;
            }

            @Override
            public RunObserver runs() {
                return variant.equals("short") ? new Cancelling(3) : RunObserver.NONE;
            }
        };
        assertThatThrownBy(() -> new ObjectiveStudy(base, variants, List.of(3L), interrupting).run())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("short");

        Counting rest = new Counting();
        StudyResult continued = new ObjectiveStudy(base, variants, List.of(3L), rest).run();
        assertThat(rest.trained).containsExactly("short3");
        Counting nothing = new Counting();
        StudyResult again = new ObjectiveStudy(base, variants, List.of(3L), nothing).run();
        assertThat(nothing.trained).isEmpty();
        StudyResult whole = new ObjectiveStudy(base("whole").build(), variants, List.of(3L), StudyObserver.NONE).run();

        assertThat(again.toText()).isEqualTo(continued.toText());
        for (int i = 0; i < 2; i++) {
            assertThat(continued.cells().get(i).evaluation().outcomes())
                    .isEqualTo(whole.cells().get(i).evaluation().outcomes());
            assertThat(continued.cells().get(i).flops())
                    .isEqualTo(whole.cells().get(i).flops());
        }
    }

    @Test
    void aScheduleThatNeedsANumberOfStepsIsRefused() {
        RunConfiguration cosine = runs.configuration("cosine").build();
        assertThatThrownBy(() -> new ObjectiveStudy(cosine, VARIANTS, List.of(3L), StudyObserver.NONE).run())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("optimizer.schedule is COSINE");
    }

    @Test
    void valuesMakeEveryCombination() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("reward.name", List.of("prefix-match", "likelihood"));
        values.put("model.directory", List.of("m/one", "\u00e9"));
        assertThat(Variant.product(values))
                .extracting(Variant::name)
                .containsExactly("prefix-match+m_one", "prefix-match+x_", "likelihood+m_one", "likelihood+x_");
        assertThat(Variant.product(values).get(2).settings())
                .isEqualTo(Map.of("reward.name", "likelihood", "model.directory", "m/one"));
        values.put("model.directory", List.of("a b", "a,b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variant.product(values))
                .withMessageContaining("a_b");
    }

    @Test
    void variantsAreReadFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("v.yaml"), """
                base: {training.method: REINFORCEMENT}
                rlp:
                  reward: {name: information-gain}
                  objective.preset: rloo
                """);
        assertThat(Variant.read(file))
                .containsExactly(
                        new Variant("base", Map.of("training.method", "REINFORCEMENT")),
                        new Variant("rlp", Map.of("reward.name", "information-gain", "objective.preset", "rloo")));
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "../up: {reward.name: coin}\n");
        assertThatThrownBy(() -> Variant.read(bad)).isInstanceOf(ConfigurationException.class);
        Path flat = Files.writeString(folder.resolve("flat.yaml"), "name: x\n");
        assertThatThrownBy(() -> Variant.read(flat))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("flat.yaml:1");
    }

    @Test
    void aStudyNeedsVariantsSeedsAndAPlace() {
        RunConfiguration base = base("x").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectiveStudy(base, List.of(), List.of(1L), StudyObserver.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectiveStudy(base, VARIANTS, List.of(1L, 1L), StudyObserver.NONE))
                .withMessageContaining("twice");
        assertThat(base.get(RunKeys.RESUME)).isFalse();
    }
}
