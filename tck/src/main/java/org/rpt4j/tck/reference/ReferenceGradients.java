package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** The exact gradient of a weighted sum of log-probabilities. Stateless. */
public final class ReferenceGradients {

    private ReferenceGradients() {}

    /**
     * Computes sum_t w_t grad log p(o_t), as defined by {@link org.rpt4j.api.ForwardPass#backward}.
     *
     * @param weights one per completion token of the batch
     * @return one array per weight of the model, in the order of its layout
     */
    public static double[][] of(ReferenceModel model, TokenBatch batch, TokenValues weights) {
        double[][] gradients = model.zeros();
        for (BatchSequence sequence : BatchSequence.of(batch)) {
            add(sequence, sequence.forward(model), batch.temperature(), weights, gradients);
        }
        return gradients;
    }

    static void add(
            List<BatchSequence> sequences,
            List<ReferenceForward> forwards,
            double temperature,
            TokenValues weights,
            double[][] gradients) {
        for (int i = 0; i < sequences.size(); i++) {
            add(sequences.get(i), forwards.get(i), temperature, weights, gradients);
        }
    }

    private static void add(
            BatchSequence sequence,
            ReferenceForward forward,
            double temperature,
            TokenValues weights,
            double[][] gradients) {
        double[][] dLogits = SequenceLogProbs.dLogits(sequence, forward, temperature, weights.values());
        ReferenceBackward.add(forward, dLogits, gradients);
    }
}
