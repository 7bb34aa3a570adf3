package org.rpt4j.tck.wrong;

import org.rpt4j.api.DecodingSession;

/** A session of the reference, for subclasses to break. */
class ForwardingSession implements DecodingSession {

    private final DecodingSession delegate;

    ForwardingSession(DecodingSession delegate) {
        this.delegate = delegate;
    }

    @Override
    public int length() {
        return delegate.length();
    }

    @Override
    public void append(int... tokens) {
        delegate.append(tokens);
    }

    @Override
    public float[] logits() {
        return delegate.logits();
    }

    @Override
    public void truncate(int length) {
        delegate.truncate(length);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
