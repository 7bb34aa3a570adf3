package org.rpt4j.reliability;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.ModelConfigReader;

/** A model opened for workloads, and calls that match these workloads exactly, on random tokens. */
final class Calls implements AutoCloseable {

    private final int vocabulary;
    private final @Nullable ProxyScorer scorer;
    private final @Nullable Policy policy;
    private final @Nullable Optimizer optimizer;

    private Calls(
            int vocabulary, @Nullable ProxyScorer scorer, @Nullable Policy policy, @Nullable Optimizer optimizer) {
        this.vocabulary = vocabulary;
        this.scorer = scorer;
        this.policy = policy;
        this.optimizer = optimizer;
    }

    static Calls open(Backend backend, ModelSource model, List<Workload> work) {
        int vocabulary = ModelConfigReader.read(model.directory()).vocabularySize();
        List<Capability> kinds = work.stream().map(Workload::operation).toList();
        if (kinds.contains(Capability.SCORE)) {
            return new Calls(vocabulary, backend.openProxyScorer(model), null, null);
        }
        if (kinds.contains(Capability.TRAIN)) {
            TrainablePolicy policy = backend.openTrainablePolicy(model);
            return new Calls(vocabulary, null, policy, policy.openOptimizer(OptimizerOptions.PAPER));
        }
        return new Calls(vocabulary, null, backend.openPolicy(model), null);
    }

    /** Returns the model in its role. */
    AutoCloseable role() {
        return scorer == null ? policy : scorer;
    }

    void make(Workload work) {
        switch (work.operation()) {
            case SCORE -> scorer.score(sequences(work), ScoringOptions.DEFAULTS);
            case LOG_PROBS -> policy.logProbs(batch(work));
            case GENERATE -> generate(work);
            case TRAIN, ADAPT -> train((TrainablePolicy) policy, work);
        }
    }

    private void generate(Workload work) {
        List<Prompt> prompts = IntStream.range(0, work.prompts())
                .mapToObj(i -> new Prompt(i, tokens(work.promptTokens(), i)))
                .toList();
        policy.generate(
                prompts,
                SamplingOptions.builder()
                        .groupSize(work.completions())
                        .temperature(1)
                        .maxTokens(work.completionTokens())
                        .seed(1)
                        .build());
    }

    private void train(TrainablePolicy trained, Workload work) {
        TokenBatch batch = batch(work);
        double[] weights = new double[batch.completionTokenCount()];
        Arrays.fill(weights, 1e-3);
        try (ForwardPass pass = trained.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
        optimizer.step();
        optimizer.zeroGradients();
    }

    private TokenBatch batch(Workload work) {
        TokenBatch.Builder builder = TokenBatch.builder(1);
        for (int p = 0; p < work.prompts(); p++) {
            long seed = 1000L * p;
            List<int[]> completions = LongStream.rangeClosed(1, work.completions())
                    .mapToObj(c -> tokens(work.completionTokens(), seed + c))
                    .toList();
            builder.add(tokens(work.promptTokens(), seed), completions);
        }
        return builder.build();
    }

    private List<int[]> sequences(Workload work) {
        return IntStream.range(0, work.prompts())
                .mapToObj(i -> tokens(work.promptTokens(), i))
                .toList();
    }

    private int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, vocabulary).toArray();
    }

    @Override
    public void close() {
        if (optimizer != null) {
            optimizer.close();
        }
        if (policy != null) {
            policy.close();
        }
        if (scorer != null) {
            scorer.close();
        }
    }
}
