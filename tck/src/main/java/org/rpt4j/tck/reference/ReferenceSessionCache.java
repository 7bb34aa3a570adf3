package org.rpt4j.tck.reference;

import java.util.function.Consumer;
import org.rpt4j.spi.kit.CheckedSession;

/** The KV cache of a session: a sequence of the reference, whose calls are serialised with those of its policy. */
final class ReferenceSessionCache implements CheckedSession.Cache {

    private final Object lock;
    private final Consumer<String> requireUsable;
    private final ReferenceForward forward;

    /**
     * @param lock of the policy
     * @param requireUsable fails, given the name of the operation, if the policy is closed or was trained
     */
    ReferenceSessionCache(Object lock, Consumer<String> requireUsable, ReferenceModel model) {
        this.lock = lock;
        this.requireUsable = requireUsable;
        this.forward = new ReferenceForward(model);
    }

    @Override
    public void requireUsable(String operation) {
        synchronized (lock) {
            requireUsable.accept(operation);
        }
    }

    @Override
    public void append(int[] tokens) {
        synchronized (lock) {
            requireUsable.accept("append");
            forward.append(tokens);
        }
    }

    @Override
    public float[] logits() {
        synchronized (lock) {
            requireUsable.accept("logits");
            double[] logits = forward.logits(forward.length() - 1);
            float[] rounded = new float[logits.length];
            for (int id = 0; id < logits.length; id++) {
                rounded[id] = (float) logits[id];
            }
            return rounded;
        }
    }

    @Override
    public void truncate(int length) {
        forward.truncate(length);
    }

    @Override
    public void close() {
        forward.truncate(0);
    }
}
