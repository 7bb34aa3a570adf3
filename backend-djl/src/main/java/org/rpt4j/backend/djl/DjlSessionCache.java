package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.spi.kit.CheckedSession;

/**
 * The KV cache of a session: that of a run with one group of one member. The text that was read in one pass is the prompt,
 * single tokens after it are the completion. Many new tokens at once are cheaper in one pass over the whole text than one
 * by one. Its tensors belong to the model and are freed with it.
 */
final class DjlSessionCache implements CheckedSession.Cache {

    /** A step for one token takes about as long as a pass takes for so many: it reads the same weights. */
    private static final int STEP_TOKENS = 16;

    private final InferencePolicy policy;
    private final DjlModel model;
    private final long version;
    private @Nullable KvCache cache;
    private int[] tokens = {};
    /** Tokens in the first part of the cache. */
    private int prompt;

    private float[] logits = {};

    /** An empty cache; made on the engine thread. */
    DjlSessionCache(InferencePolicy policy) {
        this.policy = policy;
        this.model = policy.model();
        this.version = model.version();
    }

    @Override
    public void requireUsable(String operation) {
        policy.onEngine(operation, () -> {
            requireSameWeights(operation);
            return true;
        });
    }

    private void requireSameWeights(String operation) {
        if (model.version() != version) {
            throw new IllegalStateException("the session was opened with version " + version
                    + " of the weights, which have version " + model.version() + "; " + operation
                    + " is no longer possible. Open a new session.");
        }
    }

    @Override
    public void append(int[] added) {
        policy.onEngineInterruptibly("append", () -> {
            requireSameWeights("append");
            int[] all = Arrays.copyOf(tokens, tokens.length + added.length);
            System.arraycopy(added, 0, all, tokens.length, added.length);
            if (cache == null || (long) STEP_TOKENS * added.length > all.length) {
                prefill(all);
            } else {
                for (int position = tokens.length; position < all.length; position++) {
                    policy.thread().checkCancelled("decoding");
                    decode(all, position);
                }
            }
            tokens = all;
            return true;
        });
    }

    private void prefill(int[] all) {
        KvCache fresh = new KvCache(model, 1, 1, all.length, model.config.contextLength());
        try (NDManager scope = model.newScope()) {
            DeviceBatch batch = new DeviceBatch(scope, RaggedBatch.ofSequences(List.of(all)));
            NDArray slot = scope.newSubManager(Device.cpu()).create(new long[] {0});
            NDArray hidden = model.script()
                    .callOne(
                            scope,
                            false,
                            "prefill",
                            new long[0],
                            model.inferenceWeights(),
                            fresh.promptKeys(),
                            fresh.promptValues(),
                            batch.ids,
                            batch.positions,
                            model.cosines(),
                            model.sines(),
                            batch.meta,
                            batch.pad,
                            batch.unpad,
                            slot,
                            scope.create(new long[] {all.length - 1}));
            readLogits(scope, hidden);
        } catch (RuntimeException | Error e) {
            fresh.close();
            throw e;
        }
        if (cache != null) {
            cache.close();
        }
        cache = fresh;
        prompt = all.length;
    }

    /** Computes the token at a position behind the prompt; a failure leaves what is cached before it. */
    private void decode(int[] all, int position) {
        KvCache kept = Objects.requireNonNull(cache);
        int own = position - prompt;
        kept.ensureCapacity(own + 1, model.config.contextLength());
        try (NDManager scope = model.newScope()) {
            NDArray hidden = model.script()
                    .callOne(
                            scope,
                            false,
                            "decode",
                            new long[] {1, 1, Math.max(1, prompt), own + 1},
                            model.inferenceWeights(),
                            kept.promptKeys(),
                            kept.promptValues(),
                            kept.keys(),
                            kept.values(),
                            scope.create(new long[] {all[position]}),
                            scope.create(new long[] {position}),
                            model.cosines(),
                            model.sines(),
                            scope.create(new long[] {0}),
                            scope.create(new long[] {own}),
                            scope.create(new long[] {prompt}),
                            scope.create(new long[] {own + 1}));
            if (position + 1 == all.length) {
                readLogits(scope, hidden);
            }
        }
    }

    private void readLogits(NDManager scope, NDArray hidden) {
        logits = model.script()
                .callOne(scope, false, "next_logits", new long[0], model.inferenceWeights(), hidden)
                .toFloatArray();
    }

    @Override
    public float[] logits() {
        return logits.clone();
    }

    @Override
    public void truncate(int length) {
        tokens = Arrays.copyOf(tokens, length);
        prompt = Math.min(prompt, length);
    }

    @Override
    public void close() {
        policy.freeOnEngine(() -> {
            if (cache != null) {
                cache.close();
            }
        });
    }
}
