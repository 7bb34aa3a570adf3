package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.spi.kit.InputLimits;

/** The gradients of a policy as numbers, one weight after another. */
final class ReferenceGradientAccess implements GradientAccess {

    private final ReferencePolicy policy;

    ReferenceGradientAccess(ReferencePolicy policy) {
        this.policy = policy;
    }

    @Override
    public long size() {
        synchronized (policy) {
            return open().size();
        }
    }

    @Override
    public void read(long from, FloatBuffer into) {
        synchronized (policy) {
            InputLimits.requireRange(from, into.remaining(), open().size());
            open().read(from, into);
        }
    }

    @Override
    public void add(long from, FloatBuffer values) {
        synchronized (policy) {
            InputLimits.requireRange(from, values.remaining(), open().size());
            open().add(from, values);
        }
    }

    @Override
    public void clear() {
        synchronized (policy) {
            open().clear();
        }
    }

    private Gradients open() {
        policy.requireOpen();
        return policy.gradientSum();
    }
}
