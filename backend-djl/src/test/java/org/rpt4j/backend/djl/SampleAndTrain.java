package org.rpt4j.backend.djl;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.spi.Backends;

/** Samples from a checkpoint and trains it one step, as a plugin would. */
public final class SampleAndTrain {

    private SampleAndTrain() {}

    /** Takes the directory of the checkpoint; prints the number of updates. */
    public static void main(String[] arguments) {
        try (Backend backend =
                        Backends.open("djl", BackendOptions.builder().threads(1).build());
                TrainablePolicy policy = backend.openTrainablePolicy(ModelSource.directory(Path.of(arguments[0])));
                Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
            policy.generate(
                    List.of(new Prompt(0, new int[] {1, 2, 3})),
                    SamplingOptions.builder().groupSize(2).maxTokens(4).build());
            Batches.accumulate(policy, 1);
            optimizer.step();
            System.out.println("updates " + policy.version());
        }
    }
}
