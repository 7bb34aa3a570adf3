package org.rpt4j.backend.djl;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Memory lost to fragmentation in the allocator of the C library. Before version 2.38, glibc does not reuse freed
 * aligned blocks, and libtorch aligns every tensor, so temporaries leave holes. A process started with {@code
 * MALLOC_MMAP_THRESHOLD_} of at most 1 MiB maps and unmaps large blocks individually instead: slower, but without
 * holes.
 *
 * <p>The factors were measured with glibc 2.36; docs/journal/reliability.md has the figures.
 */
final class AllocatorHoles {

    private static final String THRESHOLD = "MALLOC_MMAP_THRESHOLD_";
    private static final long MOST_THRESHOLD = 1 << 20;

    /** Bytes per element of the widest activation; temporaries of the backward pass lose more. */
    private static final double PASS = 8;

    private static final double BACKWARD = 20;

    /** Bytes per byte of the head's gradient. */
    private static final double HEAD = 3.4;

    private static final double DECODING = 0.8;

    private final boolean there;

    private AllocatorHoles(boolean there) {
        this.there = there;
    }

    /** Returns the fragmentation to expect in this process. */
    static AllocatorHoles here() {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
        return new AllocatorHoles(linux && !isMapped(System.getenv(THRESHOLD)));
    }

    private static boolean isMapped(@Nullable String threshold) {
        return threshold != null && threshold.matches("\\d{1,9}") && Long.parseLong(threshold) <= MOST_THRESHOLD;
    }

    /** Returns the bytes lost by a pass without gradients whose widest activation has {@code widest} bytes. */
    long ofPass(long widest, long living) {
        return there ? Math.min(Math.round(PASS * widest), 3 * living) : 0;
    }

    /** Returns the bytes lost by decoding rollouts. */
    long ofDecoding(long living) {
        return there ? Math.round(DECODING * living) : 0;
    }

    /** Returns the bytes lost by a pass with gradients; never more than the tensors take. */
    long ofTraining(long widest, long headGradients, long living) {
        return there ? Math.min(Math.round(BACKWARD * widest + HEAD * headGradients), living) : 0;
    }
}
