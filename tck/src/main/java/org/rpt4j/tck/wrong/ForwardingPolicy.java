package org.rpt4j.tck.wrong;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferencePolicy;

/** The reference policy, for subclasses to break. */
class ForwardingPolicy implements TrainablePolicy {

    private final ReferencePolicy delegate;

    ForwardingPolicy(ReferencePolicy delegate) {
        this.delegate = delegate;
    }

    ReferencePolicy delegate() {
        return delegate;
    }

    @Override
    public ModelDescription description() {
        return delegate.description();
    }

    @Override
    public long version() {
        return delegate.version();
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        return delegate.generate(prompts, options);
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        return delegate.logProbs(batch);
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        return delegate.forward(batch);
    }

    @Override
    public Optimizer openOptimizer(OptimizerOptions options) {
        return delegate.openOptimizer(options);
    }

    @Override
    public GradientAccess gradients() {
        return delegate.gradients();
    }

    @Override
    public void save(Path directory) {
        delegate.save(directory);
    }

    @Override
    public Snapshot snapshot() {
        return delegate.snapshot();
    }

    @Override
    public Policy withoutAdapter() {
        return delegate.withoutAdapter();
    }

    @Override
    public Policy sampler() {
        Policy sampler = delegate.sampler();
        return sampler == delegate ? this : sampler;
    }

    @Override
    public DecodingSession openSession() {
        return delegate.openSession();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
