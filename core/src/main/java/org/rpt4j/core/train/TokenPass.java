package org.rpt4j.core.train;

/** The tokens that one optimizer step learns, by the probability with which they were sampled. */
enum TokenPass {
    ALL {
        @Override
        boolean has(double logProb, double threshold) {
            return true;
        }
    },
    /** Those below the threshold. */
    RARE {
        @Override
        boolean has(double logProb, double threshold) {
            return Math.exp(logProb) < threshold;
        }
    },
    /** Those that are not {@link #RARE}. */
    COMMON {
        @Override
        boolean has(double logProb, double threshold) {
            return !RARE.has(logProb, threshold);
        }
    };

    abstract boolean has(double logProb, double threshold);
}
