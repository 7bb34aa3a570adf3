package org.rpt4j.backend.jni;

import java.util.stream.IntStream;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;

/**
 * The part of feed-forwards in {@link MemoryShape}: of layers with one, and of layers with experts.
 *
 * @param config of the model
 * @param panel columns of a packed panel
 */
record FeedMemory(ModelConfig config, int panel) {

    private Experts experts() {
        return config.switches().experts();
    }

    private long hidden() {
        return config.hiddenSize();
    }

    int expertLayers() {
        return (int)
                IntStream.range(0, config.layers()).filter(config::hasExperts).count();
    }

    private boolean anyDense() {
        return expertLayers() < config.layers();
    }

    /** Floats of a row within feed-forwards, of all its experts together. */
    long width() {
        long ofExperts = (long) experts().perToken() * experts().width();
        return anyDense() ? Math.max(config.intermediateSize(), ofExperts) : ofExperts;
    }

    /** Floats of a row within a single feed-forward or expert. */
    long widest() {
        return anyDense()
                ? Math.max(config.intermediateSize(), experts().width())
                : experts().width();
    }

    /** Floats of a row that is copied for each of its experts. */
    long gathered() {
        return experts().perToken() * hidden();
    }

    /** The packed matrices of a layer without experts. */
    long dense(Arithmetic arithmetic) {
        return MemoryShape.packed(arithmetic, hidden(), 2L * config.intermediateSize(), panel)
                + MemoryShape.packed(arithmetic, config.intermediateSize(), hidden(), panel);
    }

    /** The packed matrices of an expert. */
    long expert(Arithmetic arithmetic) {
        return MemoryShape.packed(arithmetic, hidden(), 2L * experts().width(), panel)
                + MemoryShape.packed(arithmetic, experts().width(), hidden(), panel);
    }

    /** A packed router. */
    long router() {
        return MemoryShape.packed(Arithmetic.FP32, hidden(), experts().count(), panel);
    }

    /** What the gradients of a layer read: its feed-forward, or its router and one expert at a time. */
    long turned(Arithmetic gradients) {
        long dense = MemoryShape.packed(gradients, 2L * config.intermediateSize(), hidden(), panel)
                + MemoryShape.packed(gradients, hidden(), config.intermediateSize(), panel);
        long expert = MemoryShape.packed(Arithmetic.FP32, experts().count(), hidden(), panel)
                + MemoryShape.packed(gradients, 2L * experts().width(), hidden(), panel)
                + MemoryShape.packed(gradients, hidden(), experts().width(), panel);
        return Math.max(anyDense() ? dense : 0, expertLayers() > 0 ? expert : 0);
    }
}
