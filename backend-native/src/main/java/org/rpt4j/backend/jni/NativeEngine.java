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

    /** Version that the library was built with. */
    static native String version();

    /** Instruction sets that this processor runs, fastest first. */
    static native String instructionSets();

    /**
     * Starts the threads of an engine.
     *
     * @param instructionSet one of {@link #instructionSets()}, or null for the fastest
     * @param budget bytes that models, activations and caches may take together
     */
    static native long openEngine(int threads, @Nullable String instructionSet, long budget);

    static native long usedBytes(long engine);

    /**
     * Operations per second of products whose operands stay in the cache.
     *
     * @param arithmetic name of an {@link Arithmetic}
     */
    static native double measureProducts(long engine, String arithmetic);

    /** Bytes per second of memory that no cache holds; takes 512 MiB of the budget. */
    static native double measureReading(long engine);

    static native int tokensPerPage(long engine);

    static native void closeEngine(long engine);

    /**
     * Reserves a model's weights, all 0.
     *
     * @param arithmetic name of an {@link Arithmetic}
     */
    static native long openModel(
            long engine,
            String arithmetic,
            NativeStructs.Config config,
            NativeStructs.Layout layout,
            NativeStructs.LayerOffsets layer);

    /** A view of weights, valid while the model is open. */
    static native ByteBuffer weights(long model, long offset, long count);

    /** Additions and multiplications of matrix products that the model has cost so far. */
    static native long operations(long model);

    static native void closeModel(long model);

    /**
     * Log-probabilities of the targets of a batch.
     *
     * @param logProbs result, one for each target
     */
    static native void logProbs(long model, FlatBatch batch, double temperature, double[] logProbs);

    /**
     * Scores of the targets of a batch.
     *
     * @param entropy result, as the two after it: one for each target
     */
    static native void score(
            long model,
            FlatBatch batch,
            int topK,
            boolean renormalise,
            double[] entropy,
            int[] argmax,
            double[] logProb);

    /**
     * A forward pass that keeps its activations.
     *
     * @param logProbs result, one for each target
     */
    static native long openPass(
            long model, FlatBatch batch, double temperature, boolean recompute, double[] logProbs);

    static native void backward(long pass, double[] weights, long gradients);

    static native void closePass(long pass);

    /** Gradients of all weights, all 0. */
    static native long openGradients(long model);

    static native void zeroGradients(long model, long gradients);

    static native void closeGradients(long gradients);

    static native long openAdamW(long model);

    /**
     * One update; changes nothing if the norm is not finite.
     *
     * @return norm before clipping
     */
    static native double updateAdamW(
            long optimizer,
            long gradients,
            NativeStructs.DecaySpan[] spans,
            NativeStructs.UpdateOptions options);

    /** A view of moments, valid while the optimizer is open. */
    static native ByteBuffer moments(long optimizer, boolean second, long offset, long count);

    static native void closeAdamW(long optimizer);

    /** Bytes that are left of the budget for a run, the weights packed for it. */
    static native long availableBytes(long model);

    /** Bytes that a generator takes. */
    static native long generatorBytes(long model, int pages, int rows, int nodes);

    static native long openGenerator(long model, int pages, int rows, int nodes);

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

    /** Asked by the engine between layers. */
    static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }
}
