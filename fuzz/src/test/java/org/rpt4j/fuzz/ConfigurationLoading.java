package org.rpt4j.fuzz;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.run.config.RunConfiguration;

/** Loads a configuration and everything derived from it. Stateless. */
final class ConfigurationLoading {

    private static final int PROMPT_ROOM = 1024;

    private ConfigurationLoading() {}

    static void of(Path file) throws Exception {
        Promise.readsOrRefuses(() -> {
            RunConfiguration run = RunConfiguration.load(file);
            SamplingOptions stops = SamplingOptions.greedy(1);
            return List.of(
                    run.settings(),
                    run.notes(),
                    run.backend(),
                    run.corpus(),
                    run.pipeline(PROMPT_ROOM),
                    run.training(stops),
                    run.optimizer(),
                    run.evaluation(stops),
                    run.recording());
        });
    }
}
