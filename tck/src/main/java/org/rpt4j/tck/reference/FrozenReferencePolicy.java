package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** The model under the adapter of a policy; all calls are serialised on that policy. */
final class FrozenReferencePolicy implements Policy {

    private final ReferencePolicy owner;
    private final ReferenceComputation computation;
    private boolean closed;

    FrozenReferencePolicy(ReferencePolicy owner, ReferenceModel base) {
        this.owner = owner;
        this.computation = ReferenceComputation.of(base);
    }

    @Override
    public ModelDescription description() {
        synchronized (owner) {
            requireOpen();
            return computation.model().description();
        }
    }

    @Override
    public long version() {
        synchronized (owner) {
            requireOpen();
            return 0;
        }
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        synchronized (owner) {
            requireOpen();
            return computation.generate(prompts, options, 0);
        }
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        synchronized (owner) {
            requireOpen();
            return computation.logProbs(batch);
        }
    }

    @Override
    public DecodingSession openSession() {
        synchronized (owner) {
            requireOpen();
            return computation.openSession(owner, operation -> requireOpen());
        }
    }

    @Override
    public void close() {
        synchronized (owner) {
            closed = true;
        }
    }

    private void requireOpen() {
        owner.requireOpen();
        if (closed) {
            throw new IllegalStateException("the policy without its adapter is closed");
        }
    }
}
