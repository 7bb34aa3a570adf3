package org.rpt4j.core.train;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.rollout.FailedBatch;

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

    /** What to run forward. */
    TokenBatch tokens();

    /** Identity of each prompt of {@link #tokens()}. */
    List<Long> groups();

    /** What is known about the completion tokens before the forward pass, by the names of {@link FailedBatch}. */
    Map<String, TokenValues> known();

    /** The loss at the log-probabilities of the forward pass. */
    Weighted at(TokenValues logProbs);
}
