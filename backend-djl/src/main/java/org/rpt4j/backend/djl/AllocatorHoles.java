package org.rpt4j.backend.djl;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the allocator of the C library holds beside the tensors that live. Before its version 2.38, glibc does not find
 * the place of an aligned block again once it is free, and libtorch aligns every tensor: temporaries leave holes
 * behind. Blocks above a threshold are mapped and unmapped one by one instead, without holes and more slowly, if the
 * process was started with {@code MALLOC_MMAP_THRESHOLD_} of at most a MiB.
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

    /** What this process has to expect. */
    static AllocatorHoles here() {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
        return new AllocatorHoles(linux && !isMapped(System.getenv(THRESHOLD)));
    }

    private static boolean isMapped(@Nullable String threshold) {
        return threshold != null && threshold.matches("\\d{1,9}") && Long.parseLong(threshold) <= MOST_THRESHOLD;
    }

    /** Bytes beside a pass without gradients, whose widest activation has that many bytes. */
    long ofPass(long widest, long living) {
        return there ? Math.min(Math.round(PASS * widest), 3 * living) : 0;
    }

    /** Bytes beside the decoding of rollouts. */
    long ofDecoding(long living) {
        return there ? Math.round(DECODING * living) : 0;
    }

    /** Bytes beside a pass with gradients; no more than there are tensors. */
    long ofTraining(long widest, long headGradients, long living) {
        return there ? Math.min(Math.round(BACKWARD * widest + HEAD * headGradients), living) : 0;
    }
}
