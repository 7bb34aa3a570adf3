package org.rpt4j.core.train;

/** What becomes of a completion that was cut off at the length limit. */
public enum TruncationHandling {
    /** It is trained on like any other, with the reward that it got. */
    KEEP,
    /**
     * Its reward still shapes the advantages of its group, but its tokens are left out of the loss and of every
     * denominator.
     */
    MASK
}
