package org.rpt4j.backend.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;

/** Random batches for the tiny models, with groups of several sizes. */
final class Batches {

    static final int VOCABULARY = 37;

    private Batches() {}

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

    /** Runs forward and backward with random weights. */
    static void accumulate(TrainablePolicy policy, long seed) {
        TokenBatch batch = random(seed);
        double[] weights =
                new Random(seed).doubles(batch.completionTokenCount(), -1, 1).toArray();
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
    }
}
