package org.rpt4j.api;

import java.util.Arrays;

/**
 * What really follows a context, in bytes: the concatenated raw bytes of the continuation's tokens and the cumulative byte
 * lengths at which a token ends (L in Eq. 3 of the paper). Built from token ids, never by decoding a prefix.
 *
 * @param bytes raw bytes of the continuation; not copied
 * @param boundaries strictly increasing offsets into {@code bytes} at which a token ends, the last equal to its length
 */
public record GroundTruth(byte[] bytes, int[] boundaries) {

    public GroundTruth {
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
}
