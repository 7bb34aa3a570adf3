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

/** A trainable policy with other weights that are in memory, too: those under its adapter, or its own rounded. */
final class PolicyView implements Policy {

    private final ModelHandle model;
    private final PolicyComputation computation;
    private final String label;
    private volatile boolean closed;

    /** @param label what it is called in messages */
    PolicyView(ModelHandle model, PolicyComputation computation, String label) {
        this.model = model;
        this.computation = computation;
        this.label = label;
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
        return computation.openSession(this::requireOpen);
    }

    private void requireOpen(String operation) {
        model.requireOpen(operation);
        if (closed) {
            throw new IllegalStateException(label + " is closed; " + operation + " is no longer possible");
        }
    }

    /** Frees nothing: the weights are those of the policy. */
    @Override
    public void close() {
        closed = true;
    }
}
