package org.rpt4j.spi.kit;

import java.util.Arrays;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;

/**
 * A session over a backend's KV cache (rules P39 to P46 of {@code docs/contract.md}). It checks every argument, knows
 * the tokens, and computes the last one again where its logits are not there; the cache only computes. Calls are
 * serialised on this object.
 *
 * @since 0.1.0
 */
public final class CheckedSession implements DecodingSession {

    /** The KV cache of one text in a backend. Called by one thread at a time. */
    public interface Cache {

        /**
         * Fails if the session's policy is closed or has other weights than when the session was opened.
         *
         * @param operation what was asked for, for the message
         * @throws IllegalStateException if so
         */
        void requireUsable(String operation);

        /**
         * Computes tokens after those in the cache, at most as many as the session was told. If it fails, the session
         * truncates the cache to what was in it before.
         *
         * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
         */
        void append(int[] tokens);

        /** The logits after the last token that was appended, [V], in a new array. Not called after a truncation. */
        float[] logits();

        /** Forgets all tokens but the first. */
        void truncate(int length);

        /** Frees the cache; called once. */
        void close();
    }

    private final InputLimits limits;
    private final int chunk;
    private final Cache cache;
    private int[] tokens = new int[16];
    private int length;
    /** Number of tokens in the cache: one fewer than in the session if computing the last one again failed. */
    private int cached;

    /** Whether the cache has the logits after the last token. */
    private boolean hasLogits;

    private boolean closed;

    /**
     * An empty session.
     *
     * @param limits of the model
     * @param chunk tokens that the cache takes at once; between two chunks the session ends for an interrupt
     * @param cache an empty one, which the session closes
     */
    public CheckedSession(InputLimits limits, int chunk, Cache cache) {
        this.limits = limits;
        this.chunk = chunk;
        this.cache = cache;
    }

    @Override
    public synchronized int length() {
        return length;
    }

    @Override
    public synchronized void append(int... given) {
        requireUsable("append");
        int[] added = given.clone();
        limits.requireTokens("the tokens to append", added);
        if ((long) length + added.length > limits.contextLength()) {
            throw new ContextOverflowException("the session has " + length + " tokens, and " + added.length
                    + " more exceed the context window of " + limits.contextLength()
                    + ". Append fewer, or truncate the session first.");
        }
        if (added.length == 0) {
            return;
        }
        if (length + added.length > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(length + added.length, 2 * tokens.length));
        }
        System.arraycopy(added, 0, tokens, length, added.length);
        computeUpTo(length + added.length);
        length += added.length;
    }

    @Override
    public synchronized float[] logits() {
        requireUsable("logits");
        if (length == 0) {
            throw new IllegalStateException("the session is empty, so that no token follows; append tokens first");
        }
        Interrupts.check("decoding");
        if (!hasLogits) {
            forgetBehind(length - 1);
            computeUpTo(length);
        }
        return checked(cache.logits());
    }

    @Override
    public synchronized void truncate(int kept) {
        requireUsable("truncate");
        if (kept < 0 || kept > length) {
            throw new IllegalArgumentException(
                    "the session has " + length + " tokens and cannot be truncated to " + kept);
        }
        if (kept < length) {
            length = kept;
            hasLogits = false;
            forgetBehind(kept);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            cache.close();
        }
    }

    private void requireUsable(String operation) {
        if (closed) {
            throw new IllegalStateException("this session is closed; " + operation + " is no longer possible");
        }
        cache.requireUsable(operation);
    }

    private void forgetBehind(int kept) {
        if (cached > kept) {
            cached = kept;
            cache.truncate(kept);
        }
    }

    /** Computes the tokens that the cache does not have; a failure leaves it with those that it had. */
    private void computeUpTo(int end) {
        hasLogits = false;
        try {
            for (int from = cached; from < end; from += chunk) {
                Interrupts.check("decoding");
                cache.append(Arrays.copyOfRange(tokens, from, Math.min(end, from + chunk)));
            }
        } catch (RuntimeException | Error e) {
            try {
                cache.truncate(cached);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        cached = end;
        hasLogits = true;
    }

    private float[] checked(float[] logits) {
        limits.absentTokens().hide(logits);
        for (int id = 0; id < logits.length; id++) {
            if (!Float.isFinite(logits[id]) && !limits.absentTokens().contains(id)) {
                throw new NumericalException("the logit of id " + id + " after token " + (length - 1)
                        + " of the session is " + logits[id]
                        + ". The model overflows in this precision, or its weights are damaged.");
            }
        }
        return logits;
    }
}
