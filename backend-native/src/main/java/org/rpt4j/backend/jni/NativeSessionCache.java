package org.rpt4j.backend.jni;

import java.util.function.Consumer;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.spi.kit.CheckedSession;

/** The KV cache of a session in the engine's memory; it ends with its model. */
final class NativeSessionCache implements CheckedSession.Cache {

    /** Tokens per prefill pass: enough to keep the matrix products busy, few enough to bound its memory. */
    static final int PREFILL_TOKENS = 256;

    private final ModelHandle model;
    private final Consumer<String> requireUsable;
    private final long session;
    private final Runnable closer;

    private NativeSessionCache(ModelHandle model, UsedWeights weights, Consumer<String> requireUsable) {
        this.model = model;
        this.requireUsable = requireUsable;
        long opened = NativeEngine.openSession(model.model(), weights.name());
        this.session = opened;
        this.closer = () -> NativeEngine.closeSession(opened);
        model.onClose(closer);
    }

    /**
     * Opens a session.
     *
     * @param requireUsable fails, given the name of the operation, if the policy is closed or was trained
     */
    static DecodingSession open(ModelHandle model, UsedWeights weights, Consumer<String> requireUsable) {
        return model.use(
                "openSession",
                () -> new CheckedSession(
                        model.limits(), PREFILL_TOKENS, new NativeSessionCache(model, weights, requireUsable)));
    }

    @Override
    public void requireUsable(String operation) {
        requireUsable.accept(operation);
    }

    @Override
    public void append(int[] tokens) {
        model.useInterruptibly("append", () -> {
            requireUsable.accept("append");
            NativeEngine.appendToSession(session, tokens);
            return true;
        });
    }

    @Override
    public float[] logits() {
        return model.useInterruptibly("logits", () -> {
            requireUsable.accept("logits");
            float[] logits = new float[model.description().vocabularySize()];
            NativeEngine.sessionLogits(session, logits);
            return logits;
        });
    }

    @Override
    public void truncate(int length) {
        model.use("truncate", () -> {
            NativeEngine.truncateSession(session, length);
            return true;
        });
    }

    @Override
    public void close() {
        model.closePart(() -> {
            model.forget(closer);
            closer.run();
        });
    }
}
