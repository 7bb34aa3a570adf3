package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.reward.LikelihoodOptions;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.LikelihoodKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepValues;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

/** Runs whose reward is the likelihood of the true tokens, with a model that never writes a box. */
class LikelihoodRunTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    private RunConfigurationBuilder configuration(String name, String reward) {
        RunConfigurationBuilder configuration =
                runs.configuration(name).set(RewardKeys.NAME, reward).set(LikelihoodKeys.TOKENS, 2);
        return reward.equals("likelihood")
                ? configuration
                        .set(LikelihoodKeys.KIND, LikelihoodOptions.Kind.AVERAGE_PROBABILITY)
                        .set(LikelihoodKeys.LEAD_IN, "")
                : configuration;
    }

    @ParameterizedTest
    @ValueSource(strings = {"likelihood", "information-gain"})
    void aCancelledRunResumesBitForBit(String reward) {
        RunResult whole = TinyRuns.run(configuration("whole", reward));
        new ConfiguredRun(configuration("parts", reward).build(), new Cancelling(3)).run();
        TinyRuns.run(configuration("parts", reward).set(RunKeys.RESUME, true));

        assertSame(folder.resolve("parts"), folder.resolve("whole"));
        assertThat(whole.training().updates()).as("no box is needed to learn").isEqualTo(STEPS);
        assertThat(RecordedRun.open(folder.resolve("whole")).steps()).allSatisfy(step -> {
            assertThat(step.values()).containsEntry(StepValues.LIVE_SHARE, 1.0).containsEntry(StepValues.BOX_RATE, 0.0);
            double reasons =
                    step.values().get(StepValues.REASON + "HIT") + step.values().get(StepValues.REASON + "NOT_PREFIX");
            assertThat(reasons).as("unfinished thoughts are closed").isEqualTo(1);
        });
    }

    @Test
    void moreTokensThanAnyTaskKnowsAreAbstentionsThatEndTheRun() {
        assertThatThrownBy(() -> TinyRuns.run(configuration("run", "likelihood").set(LikelihoodKeys.TOKENS, 65)))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining("fewer than the 65 whose likelihood is the reward");
    }

    @Test
    void aTemplateThatClosesTheThoughtLeavesNothingToJudge() throws IOException {
        Files.writeString(runs.model().resolve("chat_template.jinja"), "{{ messages[0]['content'] }}<think></think>");
        assertThatThrownBy(() -> TinyRuns.run(configuration("run", "likelihood")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("reward.name is likelihood")
                .hasMessageContaining("closes the thought")
                .hasMessageContaining("prompt.template-variables");
        assertThat(List.of(runs.folder().resolve("run")))
                .allSatisfy(path -> assertThat(path).doesNotExist());
    }
}
