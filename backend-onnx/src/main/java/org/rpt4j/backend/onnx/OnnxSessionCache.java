package org.rpt4j.backend.onnx;

import java.nio.FloatBuffer;
import org.rpt4j.spi.kit.CheckedSession;

/** The KV cache of a session: a cache of one row beside that of the policy, over the same ONNX session. */
final class OnnxSessionCache implements CheckedSession.Cache {

    private final OnnxPolicy policy;
    private final Decoder decoder;
    private final int vocabularySize;
    private int length;
    private float[] logits = {};

    /** @param decoder one with a cache of its own */
    OnnxSessionCache(OnnxPolicy policy, Decoder decoder, int vocabularySize) {
        this.policy = policy;
        this.decoder = decoder;
        this.vocabularySize = vocabularySize;
    }

    @Override
    public void requireUsable(String operation) {
        policy.requireOpen(operation);
    }

    @Override
    public void append(int[] tokens) {
        policy.use("append", () -> {
            FloatBuffer last = decoder.append(0, tokens, 0, tokens.length, length, 1);
            float[] copied = new float[vocabularySize];
            last.get(0, copied);
            logits = copied;
            length += tokens.length;
            return true;
        });
    }

    @Override
    public float[] logits() {
        return logits.clone();
    }

    @Override
    public void truncate(int kept) {
        length = kept;
    }

    @Override
    public void close() {
        decoder.cache().clear();
    }
}
