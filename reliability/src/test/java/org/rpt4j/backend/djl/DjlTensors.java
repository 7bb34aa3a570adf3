package org.rpt4j.backend.djl;

import org.rpt4j.api.Policy;

/** Opens a counter of the djl backend to other packages. */
public final class DjlTensors {

    private DjlTensors() {}

    /** Tensors of the model of an open policy, those of unfinished operations among them. */
    public static long of(Policy policy) {
        DjlPolicy opened = (DjlPolicy) policy;
        return opened.onEngine("count", () -> opened.model().liveTensors());
    }
}
