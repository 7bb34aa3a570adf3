package org.rpt4j.tck.wrong;

import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenValues;

/** A forward pass, for subclasses to break. */
class ForwardingPass implements ForwardPass {

    private final ForwardPass delegate;

    ForwardingPass(ForwardPass delegate) {
        this.delegate = delegate;
    }

    @Override
    public TokenValues logProbs() {
        return delegate.logProbs();
    }

    @Override
    public void backward(TokenValues weights) {
        delegate.backward(weights);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
