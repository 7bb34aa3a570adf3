package org.rpt4j.reliability;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.tck.TinyModel;

/** A small training problem: a context is random tokens, and a rollout is right if its last token is even. */
final class World {

    static final int VOCABULARY = TinyModel.QWEN3.config().vocabularySize();
    /** So slow that groups stay mixed for thousands of steps. */
    static final OptimizerOptions OPTIMIZER =
            OptimizerOptions.PAPER.toBuilder().learningRate(1e-6).build();

    static final SamplingOptions SAMPLING = SamplingOptions.builder()
            .groupSize(4)
            .temperature(1)
            .maxTokens(8)
            .stopTokens(Set.of(2))
            .seed(7)
            .build();

    static final RewardVerifier VERIFIER = attempt -> {
        boolean hit = attempt.prediction() instanceof Prediction.Boxed boxed && boxed.content()[0] % 2 == 0;
        return new Verdict.Scored(hit ? 1 : 0, hit ? RewardReason.HIT : RewardReason.NOT_PREFIX);
    };

    private static final int TASKS = 300;
    private static final int PROMPTS = 3;
    private static final int SHORTEST_CONTEXT = 4;
    private static final int LONGEST_CONTEXT = 12;

    private World() {}

    static ModelSource model(Path directory) {
        return TinyModel.QWEN3.write(directory);
    }

    static RptSettings settings(long steps, long seed) {
        return RptSettings.PAPER.toBuilder()
                .steps(steps)
                .promptsPerStep(PROMPTS)
                .sampling(SAMPLING.toBuilder().seed(seed).step(0).build())
                .objective(Objective.GRPO)
                .build();
    }

    static RptTrainerBuilder trainer(TrainablePolicy policy, Optimizer optimizer, RptSettings settings) {
        return RptTrainer.builder()
                .policy(policy, optimizer)
                .tasks(World::tasks)
                .prompts((context, after) -> context)
                .extractor(World::extract)
                .verifier(VERIFIER)
                .settings(settings);
    }

    /**
     * Work that is larger than any training step: afterwards the engine already holds whatever it keeps for its largest
     * work.
     */
    static void largestStep(TrainablePolicy policy) {
        List<Prompt> prompts = LongStream.range(0, PROMPTS)
                .mapToObj(i -> new Prompt(i, tokens(LONGEST_CONTEXT, i)))
                .toList();
        policy.generate(
                prompts,
                SAMPLING.toBuilder()
                        .stopTokens(Set.of())
                        .stopCondition(StopCondition.NEVER)
                        .build());
        TokenBatch.Builder builder = TokenBatch.builder(1);
        prompts.forEach(prompt -> builder.add(
                prompt.tokens(), Collections.nCopies(SAMPLING.groupSize(), tokens(SAMPLING.maxTokens(), prompt.id()))));
        TokenBatch batch = builder.build();
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, new double[batch.completionTokenCount()]));
        }
    }

    /** Sequences of random tokens to score. */
    static List<int[]> sequences(int count, long seed) {
        return IntStream.range(0, count)
                .mapToObj(i -> tokens(3 + CounterRandom.below(25, seed, i), seed + i))
                .toList();
    }

    static int[] tokens(int length, long seed) {
        return IntStream.range(0, length)
                .map(i -> 3 + CounterRandom.below(VOCABULARY - 3, seed, i))
                .toArray();
    }

    /** Repeats the same few tasks: what is remembered about each task must not look like a leak. */
    private static List<PredictionTask> tasks(long step, int size) {
        return LongStream.range(0, size)
                .mapToObj(i -> task((step * size + i) % TASKS))
                .toList();
    }

    private static PredictionTask task(long id) {
        int[] context = tokens(SHORTEST_CONTEXT + (int) (id % (LONGEST_CONTEXT - SHORTEST_CONTEXT + 1)), id);
        GroundTruth truth = new GroundTruth(new byte[] {4}, new int[] {1});
        return new PredictionTask(id, "document", context.length, context, 4, truth, 1);
    }

    private static Prediction extract(Rollout rollout) {
        return new Prediction.Boxed(new byte[] {(byte) rollout.tokens()[rollout.length() - 1]});
    }
}
