package org.rpt4j.spark;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfigReader;

/** A few updates on random text whose gradients are computed by shards, the same wherever. */
final class ShardedTraining {

    private final int steps;
    private final int shards;
    private final int tokens;

    /**
     * @param tokens of an example, each a micro-batch of its own
     */
    ShardedTraining(int steps, int shards, int tokens) {
        this.steps = steps;
        this.shards = shards;
        this.tokens = tokens;
    }

    /** Everything that an update changes: losses, norms, and log-probabilities of a text afterwards. */
    List<Double> run(TrainablePolicy trained) {
        List<Double> numbers = new ArrayList<>();
        try (TrainablePolicy policy = trained;
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.builder().learningRate(0.01).build())) {
            SupervisedTrainer.builder()
                    .policy(policy, optimizer)
                    .examples(examples())
                    .settings(
                            SupervisedSettings.of(steps, 2 * shards * tokens, LearningRateSchedule.constant(0.01))
                                    .toBuilder()
                                    .microBatchTokens(tokens)
                                    .gradientShards(shards)
                                    .build())
                    .listener(new TrainingListener() {
                        @Override
                        public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
                            numbers.add(event.metrics().loss());
                            numbers.add(event.metrics().gradientNorm());
                        }
                    })
                    .build()
                    .run();
            int[] text = SmallModel.tokens(30, 99);
            double[] after = policy.logProbs(TokenBatch.builder(1)
                            .add(Arrays.copyOf(text, 1), List.of(Arrays.copyOfRange(text, 1, 30)))
                            .build())
                    .values();
            Arrays.stream(after).forEach(numbers::add);
        }
        return numbers;
    }

    /** Two micro-batches for each shard of each step. */
    private List<SupervisedExample> examples() {
        List<SupervisedExample> examples = new ArrayList<>();
        for (int i = 0; i < 2 * shards * steps; i++) {
            examples.add(SupervisedExample.document(SmallModel.tokens(tokens, i)));
        }
        return examples;
    }

    /** The model under an adapter in which neither A nor B is zero. */
    static ModelSource adapted(ModelSource model, Path adapter) {
        LoraOptions lora = LoraOptions.builder().rank(2).build();
        AdapterLayout layout = AdapterLayout.of(ModelConfigReader.read(model), lora);
        AdapterWriter.write(adapter, model, lora, layout, spec -> {
            float[] values = new float[Math.toIntExact(spec.size())];
            Arrays.fill(values, 0.1f);
            return FloatBuffer.wrap(values);
        });
        return model.withAdapter(adapter);
    }
}
