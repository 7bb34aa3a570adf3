package org.rpt4j.tck.wrong;

import java.nio.file.Path;
import org.rpt4j.api.Snapshot;

/** A snapshot, for subclasses to break. */
class ForwardingSnapshot implements Snapshot {

    private final Snapshot delegate;

    ForwardingSnapshot(Snapshot delegate) {
        this.delegate = delegate;
    }

    @Override
    public void write(Path target) {
        delegate.write(target);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
