package org.rpt4j.core.objective;

import java.util.Arrays;

/**
 * The importance ratio to the old policy: per token, or per completion. Pure.
 *
 * @since 0.1.0
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
     * the loss at its ratio, and its derivative with respect to each log-probability is 1 / |o| times that with respect
     * to log s.
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
     * @param logProbs current log-probabilities
     * @param oldLogProbs log-probabilities of the same tokens under the old policy
     */
    public abstract double[] logRatios(double[] logProbs, double[] oldLogProbs);
}
