package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.core.train.RptSettings;

/** Rounding in bfloat16 does not end a run, and a sampler that computes something else does. */
class SamplerGapTest {

    /** What a configured run takes for BF16. */
    private static final double LIMIT = 0.1;

    private static final int STEPS = 6;
    private static final OptimizerOptions FAST =
            OptimizerOptions.PAPER.toBuilder().learningRate(1e-3).build();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"djl", "native"})
    void bfloat16TrainsWithinTheLimit(String name) {
        ModelSource model = Shapes.EVEN.write(directory);
        try (Backend backend = bfloat16(name);
                TrainablePolicy policy = backend.openTrainablePolicy(model)) {
            assertThat(train(policy)).isEqualTo(STEPS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"djl", "native"})
    void aCacheThatLostTheFirstTokenOfThePromptEndsTheRun(String name) {
        ModelSource model = Shapes.EVEN.write(directory);
        try (Backend backend = bfloat16(name);
                TrainablePolicy policy = backend.openTrainablePolicy(model)) {
            assertThatExceptionOfType(NumericalException.class)
                    .isThrownBy(() -> train(new ForgetfulSampler(policy)))
                    .withMessageContaining("Sampler and trainer disagree");
            assertThat(policy.version()).isZero();
        }
    }

    private static Backend bfloat16(String name) {
        return Engines.open(
                name, options -> options.toBuilder().precision(Precision.BF16).build());
    }

    private static long train(TrainablePolicy policy) {
        RptSettings settings = World.settings(STEPS, 3).toBuilder()
                .logProbGapLimit(LIMIT)
                .sampling(World.SAMPLING.toBuilder().groupSize(8).maxTokens(16).build())
                .build();
        try (Optimizer optimizer = policy.openOptimizer(FAST)) {
            return World.trainer(policy, optimizer, settings).build().run().updates();
        }
    }

    /** Samples well, but reports the log-probabilities of a cache without the first token of each prompt. */
    private record ForgetfulSampler(TrainablePolicy policy) implements TrainablePolicy {

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return policy.generate(prompts, options).stream()
                    .map(group -> forget(group, options.temperature()))
                    .toList();
        }

        private RolloutGroup forget(RolloutGroup group, double temperature) {
            int[] prompt = group.prompt().tokens();
            TokenBatch batch = TokenBatch.builder(temperature)
                    .add(
                            Arrays.copyOfRange(prompt, 1, prompt.length),
                            group.rollouts().stream().map(Rollout::tokens).toList())
                    .build();
            double[] values = policy.logProbs(batch).values();
            int[] from = {0};
            return new RolloutGroup(
                    group.prompt(),
                    group.rollouts().stream()
                            .map(rollout -> new Rollout(
                                    rollout.member(),
                                    rollout.tokens(),
                                    Arrays.copyOfRange(values, from[0], from[0] += rollout.length()),
                                    rollout.finish(),
                                    rollout.policyVersion()))
                            .toList());
        }

        @Override
        public ModelDescription description() {
            return policy.description();
        }

        @Override
        public long version() {
            return policy.version();
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return policy.logProbs(batch);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return policy.forward(batch);
        }

        @Override
        public Optimizer openOptimizer(OptimizerOptions options) {
            return policy.openOptimizer(options);
        }

        @Override
        public void save(Path directory) {
            policy.save(directory);
        }

        @Override
        public void close() {
            policy.close();
        }
    }
}
