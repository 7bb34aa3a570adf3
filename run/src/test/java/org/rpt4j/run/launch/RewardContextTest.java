package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Policy;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.LikelihoodKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.tiny.TinyRuns;
import org.rpt4j.spi.RewardVerifierContext;

/** What a reward gets from the configuration of a run. */
class RewardContextTest {

    @TempDir
    private Path folder;

    private static RewardVerifierContext context(RunConfigurationBuilder configuration) {
        return Models.with(configuration.build(), models -> {
            try (Policy policy = models.backend().openPolicy(models.start())) {
                return models.rewardContext(policy);
            }
        });
    }

    @Test
    void itKnowsWhereToKeepThingsAndHowAThoughtEnds() throws IOException {
        TinyRuns runs = TinyRuns.in(folder);
        RewardVerifierContext context = context(
                runs.configuration("run").set(PromptKeys.THOUGHT_START, "<t>").set(PromptKeys.THOUGHT_END, "</t>"));
        assertThat(context.directory()).hasValue(folder.resolve("run").resolve("reward"));
        assertThat(context.thoughtEnd()).isEqualTo("</t>");
        assertThat(context.options()).isEmpty();
    }

    @Test
    void keysOfAnInformationGainAreItsOptions() throws IOException {
        RewardVerifierContext context = context(TinyRuns.in(folder)
                .configuration("run")
                .set(RewardKeys.NAME, "information-gain")
                .set(LikelihoodKeys.TOKENS, 3));
        assertThat(context.options()).isEqualTo(Map.of("tokens", "3", "unfinished", "CLOSE", "lead-in", "\\boxed{"));
    }
}
