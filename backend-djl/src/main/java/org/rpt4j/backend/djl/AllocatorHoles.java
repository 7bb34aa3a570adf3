package org.rpt4j.backend.djl;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the C library's allocator loses to fragmentation. Before version 2.38, glibc does not reuse the place
 * of a freed aligned block, and libtorch aligns every tensor, so temporaries leave holes. A process that starts with
 * {@code MALLOC_MMAP_THRESHOLD_} of 1 MiB or less maps and unmaps large blocks one by one instead: slower, without
 * holes.
 *
 * <p>The factors were measured with glibc 2.36; docs/reliability.md has the figures.
 */
final class AllocatorHoles {

    private static final String THRESHOLD = "MALLOC_MMAP_THRESHOLD_";
    private static final long MOST_THRESHOLD = 1 << 20;

    /** Per number of the widest activation, in bytes; temporaries of the backward pass leave more. */
    private static final double PASS = 8;

    private static final double BACKWARD = 20;

    /** Per byte of the gradient of the head. */
    private static final double HEAD = 3.4;

    private static final double DECODING = 0.8;

    private final boolean there;

    private AllocatorHoles(boolean there) {
        this.there = there;
    }

    /** The fragmentation that this process must expect. */
    static AllocatorHoles here() {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
        return new AllocatorHoles(linux && !isMapped(System.getenv(THRESHOLD)));
    }

    private static boolean isMapped(@Nullable String threshold) {
        return threshold != null && threshold.matches("\\d{1,9}") && Long.parseLong(threshold) <= MOST_THRESHOLD;
    }

    /** Bytes lost by a pass without gradients, whose widest activation has {@code widest} bytes. */
    long ofPass(long widest, long living) {
        return there ? Math.min(Math.round(PASS * widest), 3 * living) : 0;
    }

    /** Bytes lost by decoding rollouts. */
    long ofDecoding(long living) {
        return there ? Math.round(DECODING * living) : 0;
    }

    /** Bytes lost by a pass with gradients; never more than the tensors take. */
    long ofTraining(long widest, long headGradients, long living) {
        return there ? Math.min(Math.round(BACKWARD * widest + HEAD * headGradients), living) : 0;
    }
}
