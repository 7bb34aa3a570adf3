package org.rpt4j.core.corpus;

import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Splits a corpus into training documents and documents held out for evaluation. The decision is a pure function of
 * seed and document id, so reordering, sharding and additions do not change it, and no position of a held-out document
 * is ever trained on.
 *
 * @param heldOutShare expected share of held-out documents, in [0, 1]
 * @param seed seed of the choice
 * @since 0.1.0
 */
public record DocumentSplit(double heldOutShare, long seed) {

    public static final Setting<Double> HELD_OUT_SHARE = Setting.real("held-out-share", Range.between(0, 1))
            .says("Share of documents that are evaluated and never trained on.")
            .after("paper: 200 held-out samples")
            .or(0.1);

    public static final Setting<Long> SEED = Setting.of("seed", Long.class)
            .says("Seed of the choice of held-out documents.")
            .or(0L);

    public DocumentSplit {
        HELD_OUT_SHARE.check(heldOutShare);
    }

    /** Whether a document is held out from training. */
    public boolean isHeldOut(String documentId) {
        double uniform = (CounterRandom.bits(seed, CounterRandom.bits(documentId)) >>> 11) * 0x1.0p-53;
        return uniform < heldOutShare;
    }
}
