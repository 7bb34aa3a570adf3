package org.rpt4j.tck.wrong;

import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** The reference scorer, for subclasses to break. */
class ForwardingScorer implements ProxyScorer {

    private final ReferenceProxyScorer delegate;

    ForwardingScorer(ReferenceProxyScorer delegate) {
        this.delegate = delegate;
    }

    @Override
    public ModelDescription description() {
        return delegate.description();
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        return delegate.score(sequences, options);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
