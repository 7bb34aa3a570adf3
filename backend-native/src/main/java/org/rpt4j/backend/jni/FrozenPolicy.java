package org.rpt4j.backend.jni;

import java.util.List;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** The frozen model under the adapter of a policy: the same weights in memory, with the adapter left out. */
final class FrozenPolicy implements Policy {

    private final ModelHandle model;
    private final PolicyComputation computation;
    private volatile boolean closed;

    FrozenPolicy(ModelHandle model, int maxSequences) {
        this.model = model;
        this.computation = new PolicyComputation(model, maxSequences, false, () -> 0);
    }

    @Override
    public ModelDescription description() {
        requireOpen("description");
        return model.description();
    }

    @Override
    public long version() {
        requireOpen("version");
        return computation.version();
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
        requireOpen("generate");
        return computation.generate(prompts, sampling);
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        requireOpen("logProbs");
        return computation.logProbs(batch);
    }

    @Override
    public DecodingSession openSession() {
        requireOpen("openSession");
        return NativeSessionCache.open(model, false, this::requireOpen);
    }

    private void requireOpen(String operation) {
        model.requireOpen(operation);
        if (closed) {
            throw new IllegalStateException(
                    "this policy without its adapter is closed; " + operation + " is no longer possible");
        }
    }

    /** Frees nothing: the weights are those of the policy with the adapter. */
    @Override
    public void close() {
        closed = true;
    }
}
