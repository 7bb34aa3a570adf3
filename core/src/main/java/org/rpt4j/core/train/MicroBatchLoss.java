package org.rpt4j.core.train;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.rollout.FailedBatch;

/** The contribution of one micro-batch to a step's loss. */
interface MicroBatchLoss {

    /** A loss and its derivatives. */
    final class Weighted {

        private final double value;
        private final double[] weights;

        Weighted(double value, double[] weights) {
            this.value = value;
            this.weights = weights;
        }

        /** The contribution to the step's loss. */
        double value() {
            return value;
        }

        /** D value / d log-probability, one per completion token of {@link #tokens()}. */
        double[] weights() {
            return weights;
        }
    }

    /** The batch for the forward pass. */
    TokenBatch tokens();

    /** Group id of each prompt of {@link #tokens()}. */
    List<Long> groups();

    /** Values of the completion tokens known before the forward pass, by the names of {@link FailedBatch}. */
    Map<String, TokenValues> known();

    /**
     * Splits into passes of at most {@code tokenBudget} tokens, unless a single completion is longer; what is already
     * fixed stays fixed.
     */
    List<? extends MicroBatchLoss> split(int tokenBudget);

    /** The loss at the log-probabilities of the forward pass. */
    Weighted at(TokenValues logProbs);
}
