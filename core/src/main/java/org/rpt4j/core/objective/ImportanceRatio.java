package org.rpt4j.core.objective;

import java.util.Arrays;

/**
 * What the probability of a token now is compared with: its own probability under the old policy, or that of its whole
 * completion. Pure.
 */
public enum ImportanceRatio {

    /** log p(o_t) - log p_old(o_t), token by token (PPO: Schulman et al. 2017, arXiv 1707.06347). */
    TOKEN {
        @Override
        public double[] logRatios(double[] logProbs, double[] oldLogProbs) {
            double[] differences = new double[logProbs.length];
            for (int t = 0; t < differences.length; t++) {
                differences[t] = logProbs[t] - oldLogProbs[t];
            }
            return differences;
        }
    },

    /**
     * The mean over the completion, the same for each of its tokens: s = (p(o) / p_old(o))^(1 / |o|) (GSPO: Zheng et
     * al. 2025, arXiv 2507.18071). Under {@link Aggregation#SEQUENCE_MEAN_TOKEN_MEAN} the loss of a completion is then
     * that of its ratio, and its derivative by each log-probability is 1 / |o| of that by log s.
     */
    SEQUENCE {
        @Override
        public double[] logRatios(double[] logProbs, double[] oldLogProbs) {
            double[] differences = TOKEN.logRatios(logProbs, oldLogProbs);
            Arrays.fill(differences, Arrays.stream(differences).sum() / differences.length);
            return differences;
        }
    };

    /**
     * The logarithm of the ratio for each token of one completion, in nats.
     *
     * @param logProbs log-probabilities now
     * @param oldLogProbs log-probabilities of the same tokens before
     */
    public abstract double[] logRatios(double[] logProbs, double[] oldLogProbs);
}
