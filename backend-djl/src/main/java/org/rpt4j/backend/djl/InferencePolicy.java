package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.CheckedSession;
import org.rpt4j.spi.kit.FiniteNumbers;

/** A model as a policy that is not trained: generation and log-probabilities. */
class InferencePolicy extends OpenModel implements Policy {

    final BackendOptions options;

    /** With an owner, the policy is closed with it. */
    InferencePolicy(DjlModel model, EngineThread thread, BackendOptions options, @Nullable OpenModel owner) {
        super("policy", model, thread, owner);
        this.options = options;
    }

    @Override
    public long version() {
        return onEngine("version", model::version);
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
        return onEngineInterruptibly("generate", () -> {
            try (RolloutEngine engine = new RolloutEngine(model, thread(), options.maxSequences(), prompts, sampling)) {
                return engine.run();
            }
        });
    }

    @Override
    public DecodingSession openSession() {
        return onEngine(
                "openSession",
                () -> new CheckedSession(model.limits, RolloutEngine.PREFILL_TOKENS, new DjlSessionCache(this)));
    }

    @Override
    public TokenValues logProbs(TokenBatch given) {
        return onEngineInterruptibly("logProbs", () -> {
            TokenBatch batch = model.limits.requireComputable(given);
            RaggedBatch ragged = RaggedBatch.of(batch);
            if (ragged.targets.length == 0) {
                return TokenValues.of(batch, new double[0]);
            }
            try (NDManager scope = model.newScope()) {
                NDArray hidden = new DeviceBatch(scope, ragged).encode(model, scope, false, scope.create(ragged.rows));
                double[] values = new Head(model, batch.temperature())
                        .logProbs(scope, model.inferenceWeights(), hidden, scope.create(ragged.targets));
                return FiniteNumbers.logProbs(batch, values);
            }
        });
    }
}
