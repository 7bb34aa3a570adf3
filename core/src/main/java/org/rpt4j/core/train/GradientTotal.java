package org.rpt4j.core.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;

/** The sum of the gradients of shards in the Java heap, in single precision. Not thread-safe. */
final class GradientTotal {

    /** Numbers of one array, and of one range that is read: an array cannot hold those of a large model. */
    private static final int RANGE = 1 << 20;

    private final long size;
    private final List<float[]> ranges = new ArrayList<>();

    /**
     * A sum of zeros.
     *
     * @param shards number of shards, for the message
     * @throws BackendMemoryException if the heap cannot hold it
     */
    GradientTotal(long size, int shards) {
        this.size = size;
        if (size > Runtime.getRuntime().maxMemory() / Float.BYTES) {
            throw tooLarge(size, shards, null);
        }
        try {
            for (long from = 0; from < size; from += RANGE) {
                ranges.add(new float[(int) Math.min(RANGE, size - from)]);
            }
        } catch (OutOfMemoryError e) {
            throw tooLarge(size, shards, e);
        }
    }

    private static BackendMemoryException tooLarge(long size, int shards, @Nullable Throwable cause) {
        return new BackendMemoryException(
                "the sum of " + shards + " gradient shards is one number of 4 bytes for each of " + size
                        + " parameters, and the Java heap has "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB in all. Raise -Xmx, set "
                        + RptSettings.GRADIENT_SHARDS.name() + " to 1, or train an adapter.",
                cause);
    }

    void clear() {
        ranges.forEach(range -> Arrays.fill(range, 0));
    }

    /** Adds the accumulated gradients of a policy. */
    void add(GradientAccess shard) {
        FloatBuffer values = FloatBuffer.allocate(RANGE);
        long from = 0;
        for (float[] range : ranges) {
            values.clear().limit(range.length);
            shard.read(from, values);
            add(range, values.flip());
            from += range.length;
        }
    }

    /**
     * Adds the gradient of a shard that a worker computed.
     *
     * @throws BackendFailureException if it has another number of parameters
     */
    void add(FloatBuffer shard) {
        if (shard.remaining() != size) {
            throw new BackendFailureException("a worker returned " + shard.remaining() + " gradients for " + size
                    + " parameters. Use the same version of rpt4j and the same model everywhere.");
        }
        FloatBuffer rest = shard.duplicate();
        ranges.forEach(range -> add(range, rest));
    }

    private static void add(float[] range, FloatBuffer values) {
        for (int i = 0; i < range.length; i++) {
            range[i] += values.get();
        }
    }

    /** Adds the sum to the accumulated gradients of a policy. */
    void addTo(GradientAccess gradients) {
        long from = 0;
        for (float[] range : ranges) {
            gradients.add(from, FloatBuffer.wrap(range));
            from += range.length;
        }
    }
}
