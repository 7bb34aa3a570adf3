package org.rpt4j.inference;

import java.util.Arrays;
import org.rpt4j.api.DecodingSession;

/**
 * The session in which a policy thinks. From one thought to the next it keeps the tokens that their prompts share: the
 * instruction and the context, as long as the window need not move. Not thread-safe.
 */
final class ThinkingSession implements AutoCloseable {

    private final DecodingSession session;
    private int[] prompt = {};

    ThinkingSession(DecodingSession session) {
        this.session = session;
    }

    /** Forgets the last thought and reads a new prompt. */
    void read(int[] next) {
        int differs = Arrays.mismatch(prompt, next);
        int shared = differs < 0 ? next.length : differs;
        session.truncate(shared);
        prompt = Arrays.copyOf(next, shared);
        session.append(Arrays.copyOfRange(next, shared, next.length));
        prompt = next;
    }

    void append(int token) {
        session.append(token);
    }

    float[] logits() {
        return session.logits();
    }

    @Override
    public void close() {
        session.close();
    }
}
