package org.rpt4j.core.train;

import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** The part of a step's loss that one micro-batch contributes. */
interface MicroBatchLoss {

    /**
     * A loss and its derivatives.
     *
     * @param value the part of the step's loss
     * @param weights d value / d log-probability, one per completion token of {@link #tokens()}
     */
    record Weighted(double value, double[] weights) {}

    /** What to run forward. */
    TokenBatch tokens();

    /** The loss at the log-probabilities of the forward pass. */
    Weighted at(TokenValues logProbs);
}
