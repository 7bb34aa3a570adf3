package org.rpt4j.tck.reference;

import java.util.Arrays;

/** The log-probabilities of one completion and their derivative with respect to the logits. */
final class SequenceLogProbs {

    private SequenceLogProbs() {}

    /** Writes log p of each completion token to its place among the values of the batch. */
    static void read(BatchSequence sequence, ReferenceForward forward, double temperature, double[] values) {
        for (int j = 0; j < sequence.completion().length; j++) {
            double[] logits = forward.logits(sequence.predictor(j));
            values[sequence.offset() + j] = Softmax.logProbs(logits, temperature)[sequence.completion()[j]];
        }
    }

    /**
     * Computes sum_j w_j d log p(o_j) / d logits, per position: w (onehot(o) - softmax(logits / T)) / T. Rows are empty
     * for positions that predict nothing and for tokens of weight 0.
     */
    static double[][] dLogits(BatchSequence sequence, ReferenceForward forward, double temperature, double[] weights) {
        double[][] rows = new double[forward.length()][0];
        for (int j = 0; j < sequence.completion().length; j++) {
            double weight = weights[sequence.offset() + j];
            if (weight == 0) {
                continue;
            }
            int position = sequence.predictor(j);
            double[] row = Softmax.probabilities(forward.logits(position), temperature);
            row[sequence.completion()[j]] -= 1;
            rows[position] =
                    Arrays.stream(row).map(p -> -weight * p / temperature).toArray();
        }
        return rows;
    }
}
