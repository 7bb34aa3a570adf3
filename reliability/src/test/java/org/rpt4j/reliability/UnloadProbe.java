package org.rpt4j.reliability;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;

/** An application that is deployed, trains or generates, and is undeployed. Runs in a class loader of its own. */
public final class UnloadProbe {

    private UnloadProbe() {}

    /** Scores, trains if it can, and closes everything; returns the number of updates or rollouts. */
    public static long run(String name, String directory) {
        try (Backend backend = Engines.open(name);
                ProxyScorer scorer = backend.openProxyScorer(World.model(Path.of(directory)))) {
            scorer.score(World.sequences(2, 1), ScoringOptions.DEFAULTS);
            return backend.capabilities().contains(Capability.TRAIN)
                    ? train(backend, World.model(Path.of(directory)))
                    : generate(backend, World.model(Path.of(directory)));
        }
    }

    private static long generate(Backend backend, ModelSource model) {
        try (Policy policy = backend.openPolicy(model)) {
            return policy.generate(List.of(new Prompt(1, new int[] {3, 4})), World.SAMPLING)
                    .get(0)
                    .rollouts()
                    .size();
        }
    }

    private static long train(Backend backend, ModelSource model) {
        try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            return World.trainer(policy, optimizer, World.settings(3, 7))
                    .build()
                    .run()
                    .updates();
        }
    }
}
