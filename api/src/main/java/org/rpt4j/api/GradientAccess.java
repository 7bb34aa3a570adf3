package org.rpt4j.api;

import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * The accumulated gradients of a trainable policy as single-precision numbers, one per trained parameter, so that parts
 * of a gradient can be computed in several places and added in one. The order is that of the backend: the same for every
 * policy that it opens from the same model. Calls are serialised with those of the policy.
 *
 * <p>Numbers are read and added in ranges, so that no caller needs them all in one array. Of a backend that accumulates
 * in another precision, what is read is rounded.
 *
 * @since 0.1.0
 */
public interface GradientAccess {

    /** Number of trained parameters. */
    long size();

    /**
     * Copies accumulated gradients: 0 where nothing was added since the last step.
     *
     * @param from index of the first
     * @param into filled from its position to its limit
     * @throws IllegalArgumentException if the range is not within 0 and {@link #size()}; nothing is copied
     */
    void read(long from, FloatBuffer into);

    /**
     * Adds numbers to the accumulated gradients, as a backward pass does: the next step applies them. Numbers that are
     * not finite are added, too, and make that step refuse the gradients.
     *
     * @param from index of the first
     * @param values added from its position to its limit
     * @throws IllegalArgumentException if the range is not within 0 and {@link #size()}; nothing is added
     */
    void add(long from, FloatBuffer values);

    /** Drops the accumulated gradients, as {@link Optimizer#zeroGradients()} does, also without an optimizer. */
    void clear();

    /** Other processes that compute gradients with the weights of this policy; empty if there are none. */
    default Optional<GradientWorkers> workers() {
        return Optional.empty();
    }
}
