package org.rpt4j.tck.wrong;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;

/** The reference backend, for subclasses to break. */
class ForwardingBackend implements Backend {

    private final ReferenceBackend delegate;

    ForwardingBackend(ReferenceBackend delegate) {
        this.delegate = delegate;
    }

    ReferenceBackend delegate() {
        return delegate;
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public Set<Capability> capabilities() {
        return delegate.capabilities();
    }

    @Override
    public Set<String> optimizers() {
        return delegate.optimizers();
    }

    @Override
    public Policy openPolicy(ModelSource model) {
        return delegate.openPolicy(model);
    }

    @Override
    public TrainablePolicy openTrainablePolicy(ModelSource model) {
        return delegate.openTrainablePolicy(model);
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource model) {
        return delegate.openProxyScorer(model);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
