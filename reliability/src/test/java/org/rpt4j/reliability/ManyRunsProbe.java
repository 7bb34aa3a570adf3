package org.rpt4j.reliability;

import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;

/** A process that makes many small runs one after the other, each with a backend of its own, as a server would. */
final class ManyRunsProbe {

    private static final int STEPS = 4;
    private static final int SEQUENCES = 20;

    private ManyRunsProbe() {}

    /**
     * Prints the resident bytes after each run.
     *
     * @param arguments backend, directory for the model, number of runs, and perhaps a larger model of {@link Shapes}
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[1]);
        ModelSource model =
                arguments.length > 3 ? Shapes.valueOf(arguments[3]).write(directory) : World.model(directory);
        for (int run = 0; run < Integer.parseInt(arguments[2]); run++) {
            try (Backend backend = Engines.open(arguments[0])) {
                if (!arguments[0].equals("onnx")) {
                    train(backend, model, run);
                }
                try (ProxyScorer scorer = backend.openProxyScorer(model)) {
                    scorer.score(World.sequences(SEQUENCES, run), ScoringOptions.DEFAULTS);
                }
            }
            System.gc();
            System.out.println(Quantity.resident());
        }
    }

    private static void train(Backend backend, ModelSource model, long seed) {
        try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            World.trainer(policy, optimizer, World.settings(STEPS, seed))
                    .build()
                    .run();
        }
    }
}
