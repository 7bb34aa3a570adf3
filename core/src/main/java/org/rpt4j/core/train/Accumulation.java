package org.rpt4j.core.train;

import java.util.List;

/** How the gradient of a step comes to be that of the policy. */
interface Accumulation {

    /**
     * Adds the gradient of all micro-batches of a step to those of the policy, which are 0 before.
     *
     * @return the loss of the step
     */
    double accumulate(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException;
}
