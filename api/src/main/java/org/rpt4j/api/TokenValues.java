package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One number per completion token of a {@link TokenBatch}: log-probabilities, or the weights of a backward pass.
 * Ragged: completion {@code c} owns {@code values[offsets[c] .. offsets[c+1])}. Immutable by convention: the arrays are
 * not copied, so do not modify them. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TokenValues {

    private final double[] values;
    private final int[] offsets;

    private TokenValues(double[] values, int[] offsets) {
        this.values = values;
        this.offsets = offsets;
    }

    /**
     * Values in the shape of a batch.
     *
     * @throws IllegalArgumentException if there is not exactly one value per completion token
     */
    public static TokenValues of(TokenBatch batch, double[] values) {
        if (values.length != batch.completionTokenCount()) {
            throw new IllegalArgumentException("got " + values.length + " values for " + batch.completionTokenCount()
                    + " completion tokens (batch of " + batch.completionCount() + " completions: lengths "
                    + Arrays.toString(lengths(batch.completionOffsets())) + ")");
        }
        return new TokenValues(values, batch.completionOffsets());
    }

    /** All values, concatenated. */
    public double[] values() {
        return values;
    }

    /** N + 1 offsets into {@link #values()}. */
    public int[] offsets() {
        return offsets;
    }

    /** Number of completions, N. */
    public int completionCount() {
        return offsets.length - 1;
    }

    /** Number of values. */
    public int size() {
        return values.length;
    }

    /**
     * Checks that the values belong to the given batch.
     *
     * @throws IllegalArgumentException if the lengths of the completions differ
     */
    public void requireShapeOf(TokenBatch batch) {
        if (!Arrays.equals(offsets, batch.completionOffsets())) {
            throw new IllegalArgumentException("values have completion lengths " + Arrays.toString(lengths(offsets))
                    + " but the batch has " + Arrays.toString(lengths(batch.completionOffsets())));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenValues that
                && Arrays.equals(offsets, that.offsets)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(offsets), Arrays.hashCode(values));
    }

    @Override
    public String toString() {
        return "TokenValues[" + size() + " values of " + completionCount() + " completions]";
    }

    private static int[] lengths(int[] offsets) {
        int[] lengths = new int[offsets.length - 1];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = offsets[i + 1] - offsets[i];
        }
        return lengths;
    }
}
