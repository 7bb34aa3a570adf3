package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;

/** Random input for the tiny models. */
final class Batches {

    static final int VOCABULARY = 37;
    static final SamplingOptions SAMPLING = SamplingOptions.builder()
            .groupSize(5)
            .temperature(1)
            .maxTokens(18)
            .stopTokens(Set.of(2))
            .seed(11)
            .step(3)
            .build();

    private Batches() {}

    /** Groups of several sizes. */
    static TokenBatch random(long seed) {
        Random random = new Random(seed);
        TokenBatch.Builder builder = TokenBatch.builder(0.8);
        for (int size : new int[] {3, 1, 4}) {
            List<int[]> completions = new ArrayList<>();
            for (int c = 0; c < size; c++) {
                completions.add(
                        random.ints(1 + random.nextInt(6), 0, VOCABULARY).toArray());
            }
            builder.add(random.ints(2 + random.nextInt(8), 0, VOCABULARY).toArray(), completions);
        }
        return builder.build();
    }

    /** Prompts with ids from 0. */
    static List<Prompt> prompts(int count) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(
                    new Prompt(i, new Random(i).ints(1 + 2 * i, 0, VOCABULARY).toArray()));
        }
        return prompts;
    }

    /** Forward and backward with random weights. */
    static void accumulate(TrainablePolicy policy, long seed) {
        TokenBatch batch = random(seed);
        double[] weights =
                new Random(seed).doubles(batch.completionTokenCount(), -1, 1).toArray();
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
    }
}
