package org.rpt4j.jmh;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.Backends;

/** The program that {@link StartupBenchmark} measures: opens a model, generates one token, prints it. */
public final class StartupProbe {

    private StartupProbe() {}

    /** Takes the name of a backend and the directory of a model. */
    public static void main(String[] arguments) {
        try (Backend backend = Backends.open(arguments[0]);
                Policy policy = backend.openPolicy(ModelSource.directory(Path.of(arguments[1])))) {
            List<Prompt> prompts = List.of(new Prompt(1, new int[] {1, 2, 3}));
            System.out.println(policy.generate(prompts, SamplingOptions.greedy(1))
                    .get(0)
                    .rollouts()
                    .get(0)
                    .tokens()[0]);
        }
    }
}
