package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** The part of a step's loss that one micro-batch contributes. */
interface MicroBatchLoss {

    /** A loss and its derivatives. */
    final class Weighted {

        private final double value;
        private final double[] weights;

        Weighted(double value, double[] weights) {
            this.value = value;
            this.weights = weights;
        }

        /** The part of the step's loss. */
        double value() {
            return value;
        }

        /** D value / d log-probability, one per completion token of {@link #tokens()}. */
        double[] weights() {
            return weights;
        }
    }

    /**
     * What it is made of, to be looked at.
     *
     * @param logProbs of the forward pass; null if it gave none
     */
    List<FailedBatch.Group> groups(@Nullable TokenValues logProbs);

    /** What to run forward. */
    TokenBatch tokens();

    /** The loss at the log-probabilities of the forward pass. */
    Weighted at(TokenValues logProbs);
}
