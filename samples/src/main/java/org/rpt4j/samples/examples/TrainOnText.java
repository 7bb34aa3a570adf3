package org.rpt4j.samples.examples;

import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.TrainingEvent.StepCompleted;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.spi.Backends;
import org.rpt4j.spi.RewardVerifiers;

/** The whole algorithm in one method, as README shows it: {@code TrainOnText MODEL CORPUS SAVE BACKEND}. */
public final class TrainOnText {

    private TrainOnText() {}

    /** Trains a checkpoint on a corpus and saves the result. */
    public static void main(String[] arguments) {
        train(arguments[3], Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), 100);
    }

    static void train(String name, Path directory, Path corpus, Path save, long steps) {
        ModelSource model = ModelSource.directory(directory);
        try (Backend backend = Backends.open(name);
                Reasoning reasoning = Reasoning.open(model, 512);
                ProxyScorer proxy = backend.openProxyScorer(model);
                TrainablePolicy policy = backend.openTrainablePolicy(model);
                Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
            PreparedTasks tasks = TaskPipeline.above(1.0, reasoning).prepare(corpus, proxy);
            RptTrainer.builder()
                    .policy(policy, optimizer)
                    .tasks(tasks.source(42))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(RewardVerifiers.create("prefix-match"))
                    .settings(RptSettings.builder()
                            .steps(steps)
                            .promptsPerStep(32)
                            .sampling(reasoning.sampling(8, 0.8))
                            .build())
                    .listener(new TrainingListener() {
                        @Override
                        public void stepCompleted(StepCompleted event) {
                            System.out.println(event.metrics());
                        }
                    })
                    .build()
                    .run();
            policy.save(save);
        }
    }
}
