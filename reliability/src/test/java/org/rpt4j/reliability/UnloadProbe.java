package org.rpt4j.reliability;

import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;

/** What an application does that is deployed, trains, and is undeployed. Runs in a class loader of its own. */
public final class UnloadProbe {

    private UnloadProbe() {}

    /** Scores, trains and closes everything; returns the number of updates. */
    public static long run(String name, String directory) {
        try (Backend backend = Engines.open(name);
                ProxyScorer scorer = backend.openProxyScorer(World.model(Path.of(directory)));
                TrainablePolicy policy = backend.openTrainablePolicy(World.model(Path.of(directory)));
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            scorer.score(World.sequences(2, 1), ScoringOptions.DEFAULTS);
            return World.trainer(policy, optimizer, World.settings(3, 7)).build().run().updates();
        }
    }
}
