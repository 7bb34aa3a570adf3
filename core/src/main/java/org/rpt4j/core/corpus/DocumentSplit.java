package org.rpt4j.core.corpus;

import org.rpt4j.api.CounterRandom;

/**
 * Divides a corpus into documents to train on and documents held out for evaluation. The decision is a pure function of
 * seed and document id, so it survives reordering, sharding and additions, and no position of a held-out document is
 * ever trained on.
 *
 * @param heldOutShare expected share of held-out documents, in [0, 1]
 * @param seed chooses which
 */
public record DocumentSplit(double heldOutShare, long seed) {

    public DocumentSplit {
        if (!(heldOutShare >= 0 && heldOutShare <= 1)) {
            throw new IllegalArgumentException("heldOutShare is " + heldOutShare + ", must be between 0 and 1");
        }
    }

    /** Whether a document is kept out of training. */
    public boolean isHeldOut(String documentId) {
        double uniform = (CounterRandom.bits(seed, Document.hash(documentId)) >>> 11) * 0x1.0p-53;
        return uniform < heldOutShare;
    }
}
