package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** Tasks by how often an earlier run was right on them. */
class PassRateBandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;
    private static Path instruction;
    private static Path rates;

    @BeforeAll
    static void train() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 4);
        instruction = Files.writeString(folder.resolve("next.txt"), "Next? {context}");
        new ConfiguredRun(configuration("first", 0.5).build(), RunObserver.NONE).run();
        rates = folder.resolve("first/pass-rates.json");
    }

    private static RunConfigurationBuilder configuration(String name, double heldOut) {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
                .set(BackendKeys.THREADS, 1)
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, heldOut)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 3)
                .set(PromptKeys.INSTRUCTION, instruction.toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 2)
                .set(TrainingKeys.STEPS, 3L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(EvaluationKeys.TASKS, 0)
                .set(RunKeys.DIRECTORY, folder.resolve(name))
                .set(RunKeys.SEED, 3L);
    }

    private static RunConfigurationBuilder band(String name, double lowest, double highest) {
        return configuration(name, 0)
                .set(SelectionKeys.RULE, SelectionKeys.Rule.PASS_RATE_BAND)
                .set(SelectionKeys.PASS_RATES, rates)
                .set(SelectionKeys.LOWEST_PASS_RATE, lowest)
                .set(SelectionKeys.HIGHEST_PASS_RATE, highest);
    }

    /** The tasks that a run of the band trains on; its step takes one, as a band may keep only one. */
    private static PreparedTasks prepared(RunConfigurationBuilder configuration) {
        List<PreparedTasks> seen = new ArrayList<>();
        RunObserver observer = new RunObserver() {
            @Override
            public void prepared(PreparedTasks tasks) {
                seen.add(tasks);
            }
        };
        new ConfiguredRun(configuration.set(TrainingKeys.PROMPTS_PER_STEP, 1).build(), observer).run();
        return seen.get(0);
    }

    @Test
    void aRunTrainsOnTheTasksOfTheBandAndTheDatasetHoldsThem() {
        PassRates observed = PassRates.load(rates);
        long within = observed.rates().values().stream()
                .filter(rate -> rate >= 0.2 && rate <= 0.6)
                .count();
        assertThat(within)
                .as("a band that keeps some and leaves some")
                .isBetween(1L, observed.rates().size() - 1L);
        Path some = folder.resolve("some.tasks");

        PreparedTasks all = prepared(band("all", 0, 1));
        PreparedTasks kept = prepared(band("some", 0.2, 0.6).set(CorpusKeys.DATASET, some));

        assertThat(all.train().size()).isEqualTo(observed.rates().size());
        assertThat(all.heldOut().size()).isZero();
        assertThat(kept.train().size()).isEqualTo((int) within);
        assertThat(TaskDataset.open(some).header().settings().get("selector"))
                .isEqualTo("pass-rate-band 0.2 to 0.6 of " + observed.rates().size() + " observed");
    }

    @Test
    void aBandNeedsRates() {
        RunConfigurationBuilder without =
                configuration("third", 0).set(SelectionKeys.RULE, SelectionKeys.Rule.PASS_RATE_BAND);

        assertThatThrownBy(without::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Name the file of pass rates that a run saved");
    }
}
