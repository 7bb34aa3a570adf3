package org.rpt4j.backend.djl;

import org.rpt4j.api.Policy;

/** Exposes a counter of the djl backend to other packages. */
public final class DjlTensors {

    private DjlTensors() {}

    /** Returns the number of tensors of an open policy's model, including those of unfinished operations. */
    public static long of(Policy policy) {
        DjlPolicy opened = (DjlPolicy) policy;
        return opened.onEngine("count", () -> opened.model().liveTensors());
    }
}
