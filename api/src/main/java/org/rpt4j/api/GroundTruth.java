package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The true continuation of a context, in bytes: the concatenated raw bytes of its tokens and the cumulative byte
 * lengths at which a token ends (L in Eq. 3 of the paper). Built from token ids, never by decoding a prefix. Immutable
 * by convention: the arrays are not copied, so do not modify them.
 *
 * @since 0.1.0
 */
public final class GroundTruth {

    private final byte[] bytes;
    private final int[] boundaries;

    /**
     * Wraps the arrays without copying them.
     *
     * @param bytes raw bytes of the continuation
     * @param boundaries strictly increasing offsets into {@code bytes} at which a token ends, the last equal to its
     *     length
     * @throws IllegalArgumentException if the boundaries do not increase from 1 to the number of bytes
     */
    public GroundTruth(byte[] bytes, int[] boundaries) {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(boundaries, "boundaries");
        int last = 0;
        for (int boundary : boundaries) {
            if (boundary <= last) {
                throw new IllegalArgumentException("boundaries " + Arrays.toString(boundaries) + " do not increase");
            }
            last = boundary;
        }
        if (last != bytes.length) {
            throw new IllegalArgumentException("last boundary is " + last + " for " + bytes.length + " bytes");
        }
        this.bytes = bytes;
        this.boundaries = boundaries;
    }

    /** Raw bytes of the continuation. */
    public byte[] bytes() {
        return bytes;
    }

    /** Strictly increasing offsets into {@code bytes} at which a token ends, the last equal to its length. */
    public int[] boundaries() {
        return boundaries;
    }

    /** Whether a token ends after {@code length} bytes; 0 is never a boundary. */
    public boolean isBoundary(int length) {
        return Arrays.binarySearch(boundaries, length) >= 0;
    }

    /** Number of whole tokens in the first {@code length} bytes; {@code length} must be a boundary. */
    public int tokensIn(int length) {
        int index = Arrays.binarySearch(boundaries, length);
        if (index < 0) {
            throw new IllegalArgumentException(length + " is not a token boundary of " + Arrays.toString(boundaries));
        }
        return index + 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GroundTruth that
                && Arrays.equals(bytes, that.bytes)
                && Arrays.equals(boundaries, that.boundaries);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(bytes), Arrays.hashCode(boundaries));
    }

    @Override
    public String toString() {
        return "GroundTruth[" + bytes.length + " bytes, " + boundaries.length + " tokens]";
    }
}
