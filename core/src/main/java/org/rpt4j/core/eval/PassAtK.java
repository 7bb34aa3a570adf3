package org.rpt4j.core.eval;

/**
 * The probability that at least one of k samples is correct (Chen et al. 2021, arXiv 2107.03374). Stateless.
 *
 * @since 0.1.0
 */
public final class PassAtK {

    private PassAtK() {}

    /**
     * The unbiased estimate 1 - C(n-c, k) / C(n, k), as a product of ratios in logarithms, without large numbers or
     * loss of precision for small values.
     *
     * @param samples n, number of samples
     * @param hits c, number of correct samples, 0 to n
     * @param k 1 to n
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double of(int samples, int hits, int k) {
        if (k < 1 || k > samples || hits < 0 || hits > samples) {
            throw new IllegalArgumentException("pass@" + k + " of " + hits + " hits in " + samples + " samples");
        }
        if (samples - hits < k) {
            return 1;
        }
        double logMiss = 0;
        for (int i = samples - hits + 1; i <= samples; i++) {
            logMiss += Math.log1p(-(double) k / i);
        }
        return -Math.expm1(logMiss);
    }
}
