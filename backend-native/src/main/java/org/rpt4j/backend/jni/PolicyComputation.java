package org.rpt4j.backend.jni;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.FiniteNumbers;

/** What a policy computes without gradients, with some of the weights of its model. Thread-safe. */
final class PolicyComputation {

    /** Tokens per pass: enough to keep the matrix products busy, few enough to bound memory. */
    static final int TOKENS_PER_PASS = 4096;

    private final ModelHandle model;
    private final int maxSequences;
    private final UsedWeights weights;
    private final LongSupplier version;

    /** @param version of the weights, which rollouts carry */
    PolicyComputation(ModelHandle model, int maxSequences, UsedWeights weights, LongSupplier version) {
        this.model = model;
        this.maxSequences = maxSequences;
        this.weights = weights;
        this.version = version;
    }

    UsedWeights weights() {
        return weights;
    }

    long version() {
        return version.getAsLong();
    }

    List<RolloutGroup> generate(List<Prompt> given, SamplingOptions sampling) {
        return model.useInterruptibly("generate", () -> {
            List<Prompt> prompts = model.limits().requireContinuable(given, sampling);
            if (prompts.isEmpty()) {
                return List.of();
            }
            try (RolloutEngine engine = new RolloutEngine(model, this, maxSequences, prompts, sampling)) {
                return engine.run();
            }
        });
    }

    TokenValues logProbs(TokenBatch given) {
        return model.useInterruptibly("logProbs", () -> {
            TokenBatch batch = model.limits().requireComputable(given);
            double[] all = new double[batch.completionTokenCount()];
            int done = 0;
            int from = 0;
            while (from < batch.promptCount()) {
                int to = from + 1;
                while (to < batch.promptCount() && tokens(batch, from, to + 1) <= TOKENS_PER_PASS) {
                    to++;
                }
                FlatBatch flat = FlatBatch.of(batch, from, to, model.tokensPerPage());
                if (flat.targetTokens.length > 0) {
                    double[] values = new double[flat.targetTokens.length];
                    NativeEngine.logProbs(model.model(), flat, batch.temperature(), weights.name(), values);
                    System.arraycopy(values, 0, all, done, values.length);
                    done += values.length;
                }
                from = to;
            }
            return FiniteNumbers.logProbs(batch, all);
        });
    }

    /** @param requireOpen fails, given the name of the operation, if the policy is closed */
    DecodingSession openSession(Consumer<String> requireOpen) {
        requireOpen.accept("openSession");
        long opened = version();
        return NativeSessionCache.open(model, weights, operation -> {
            requireOpen.accept(operation);
            long now = version();
            if (now != opened) {
                throw new IllegalStateException("the session was opened with version " + opened
                        + " of the weights, which have version " + now + "; " + operation
                        + " is no longer possible. Open a new session.");
            }
        });
    }

    private static long tokens(TokenBatch batch, int from, int to) {
        int[] prompts = batch.promptOffsets();
        int[] offsets = batch.completionOffsets();
        int[] groups = batch.groupOffsets();
        return (long) prompts[to] - prompts[from] + offsets[groups[to]] - offsets[groups[from]];
    }
}
