package org.rpt4j.backend.jni;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The binding, with every native method. Whatever has several numbers crosses as a struct whose fields the C++ reads by
 * name, see {@link NativeStructs}; an array holds one kind of value. Handles are addresses: never use one after closing
 * it, and let only one thread at a time work with an engine and what was opened in it. {@link ModelHandle} ensures
 * both. The engine's errors are {@code BackendFailureException}s, an interruption is an
 * {@code OperationCancelledException}.
 */
final class NativeEngine {

    private NativeEngine() {}

    /** Version of the library. */
    static native String version();

    /** Instruction sets that this processor supports, fastest first, separated by ", ". */
    static native String instructionSets();

    /**
     * Opens an engine and starts its threads.
     *
     * @param instructionSet one of {@link #instructionSets()}, or null for the fastest
     * @param budget bytes that models, activations and caches may take in total
     * @param source where the budget comes from, for messages
     */
    static native long openEngine(int threads, @Nullable String instructionSet, long budget, String source);

    static native long usedBytes(long engine);

    /**
     * Operations per second of matrix products whose operands stay in the cache.
     *
     * @param arithmetic name of an {@link Arithmetic}
     */
    static native double measureProducts(long engine, String arithmetic);

    /** Bytes per second when reading memory that no cache can hold; takes 512 MiB of the budget. */
    static native double measureReading(long engine);

    static native int tokensPerPage(long engine);

    static native void closeEngine(long engine);

    /**
     * Opens a model whose weights are to be loaded.
     *
     * @param arithmetic name of an {@link Arithmetic}
     * @param frozen whether the model keeps only its packed matrices, which cannot be trained
     */
    static native long openModel(
            long engine,
            String arithmetic,
            boolean frozen,
            NativeStructs.Config config,
            NativeStructs.Layout layout,
            NativeStructs.LayerOffsets layer);

    /**
     * A view to write weights into, valid until the next call. They come in the order of the layout: the engine packs a
     * matrix as soon as weights of another one are loaded.
     */
    static native ByteBuffer load(long model, long offset, long count);

    /**
     * As {@link #load} for weights that are stored as bfloat16. All weights of a matrix come in the same way.
     */
    static native ByteBuffer loadNarrow(long model, long offset, long count);

    /** Ends loading. */
    static native void loaded(long model);

    /** Gives a frozen model low-rank factors, all 0. */
    static native void openAdapter(long model, NativeStructs.AdapterShape shape);

    /**
     * A view of what training changes, valid while the model is open: the factors of the adapter, or the masters of all
     * weights.
     */
    static native ByteBuffer parameters(long model, long offset, long count);

    /** Tells the engine that parameters were written. */
    static native void parametersChanged(long model);

    /** Additions and multiplications in the model's matrix products so far. */
    static native long operations(long model);

    static native void closeModel(long model);

    /**
     * Computes the log-probability of every target in a batch.
     *
     * @param weights name of {@link UsedWeights}
     * @param logProbs receives one value per target
     */
    static native void logProbs(long model, FlatBatch batch, double temperature, String weights, double[] logProbs);

    /**
     * Scores every target in a batch.
     *
     * @param candidates number of most probable tokens of each target, k
     * @param entropy receives one value per target, like {@code argmax} and {@code logProb}
     * @param topIds receives the most probable tokens, best first, [targets x k]
     * @param topLogProbs receives their log-probabilities, [targets x k]
     */
    static native void score(
            long model,
            FlatBatch batch,
            int topK,
            boolean renormalise,
            int candidates,
            double[] entropy,
            int[] argmax,
            double[] logProb,
            int[] topIds,
            double[] topLogProbs);

    /**
     * Runs a forward pass and keeps its activations for {@link #backward} or {@link #updateLayerwise}.
     *
     * @param divide whether a long batch that is recomputed is divided, which updates layer by layer rule out
     * @param logProbs receives one value per target
     */
    static native long openPass(
            long model, FlatBatch batch, double temperature, boolean recompute, boolean divide, double[] logProbs);

    static native void backward(long pass, double[] weights, long gradients);

    static native void closePass(long pass);

    /** Allocates a gradient of 0 for every parameter. */
    static native long openGradients(long model);

    static native void zeroGradients(long model, long gradients);

    /** A view of gradients, single precision, valid while they are open. */
    static native ByteBuffer gradients(long gradients, long offset, long count);

    static native void closeGradients(long gradients);

    /**
     * Opens an optimizer of the parameters.
     *
     * @param narrow whether its moments are bfloat16
     * @param layerwise whether updates are those of {@link #updateLayerwise}
     */
    static native long openAdamW(long model, boolean narrow, boolean layerwise);

    /**
     * Runs one update; changes nothing if the norm of the gradients is not finite.
     *
     * @return norm before clipping
     */
    static native double updateAdamW(
            long optimizer, long gradients, NativeStructs.DecaySpan[] spans, NativeStructs.UpdateOptions options);

    /**
     * Runs the same update with the gradient of one layer at a time. Computes the backward pass of a forward pass
     * twice; changes nothing if the norm of its gradients is not finite.
     *
     * @return norm before clipping
     */
    static native double updateLayerwise(
            long optimizer,
            long pass,
            double[] weights,
            NativeStructs.DecaySpan[] spans,
            NativeStructs.UpdateOptions options);

    /** A view of moments, bfloat16 or single precision, valid while the optimizer is open. */
    static native ByteBuffer moments(long optimizer, boolean second, long offset, long count);

    static native void closeAdamW(long optimizer);

    /**
     * Bytes of the budget left for a run, once the weights are packed for it.
     *
     * @param weights name of {@link UsedWeights}
     */
    static native long availableBytes(long model, String weights);

    /** Bytes that a generator of this size needs. */
    static native long generatorBytes(long model, int pages, int rows, int nodes);

    /**
     * Opens a cache for rollouts.
     *
     * @param weights name of {@link UsedWeights} that it samples from
     */
    static native long openGenerator(long model, String weights, int pages, int rows, int nodes);

    static native int addNode(long generator, int parent);

    static native void removeNode(long generator, int node);

    static native void append(long generator, int[] nodes, int[] counts, int[] tokens);

    static native void sample(
            long generator,
            int[] nodes,
            double[] uniforms,
            double temperature,
            boolean greedy,
            int[] tokens,
            double[] logProbs);

    static native void closeGenerator(long generator);

    /**
     * Opens an empty text.
     *
     * @param weights name of {@link UsedWeights} that it is computed with
     */
    static native long openSession(long model, String weights);

    static native void appendToSession(long session, int[] tokens);

    /** @param logits receives one value per token id: those after the last token that was appended */
    static native void sessionLogits(long session, float[] logits);

    /** Forgets all tokens but the first, and the last logits. */
    static native void truncateSession(long session, int length);

    static native void closeSession(long session);

    /** Called by the engine between layers. */
    static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }
}
