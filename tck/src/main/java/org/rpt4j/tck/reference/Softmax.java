package org.rpt4j.tck.reference;

/** Distributions over logits, and sampling from them. Stateless. */
public final class Softmax {

    private Softmax() {}

    /** Computes softmax(logits / temperature), [V]; temperature is positive. */
    public static double[] probabilities(double[] logits, double temperature) {
        double max = max(logits);
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp((logits[i] - max) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** Computes log softmax(logits / temperature) in nats, [V]; temperature is positive. */
    public static double[] logProbs(double[] logits, double temperature) {
        double max = max(logits);
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp((logit - max) / temperature);
        }
        double logSum = Math.log(sum);
        double[] logProbs = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            logProbs[i] = (logits[i] - max) / temperature - logSum;
        }
        return logProbs;
    }

    private static double max(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        return max;
    }

    /** Returns the lowest index among the largest values. */
    public static int argmax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Returns the inverse of the cumulative distribution in the order of ids: the lowest id whose cumulative
     * probability exceeds {@code uniform}, a number in [0, 1).
     */
    public static int inverseCdf(double[] probabilities, double uniform) {
        double cumulative = 0;
        int last = 0;
        for (int id = 0; id < probabilities.length; id++) {
            cumulative += probabilities[id];
            if (probabilities[id] > 0) {
                last = id;
            }
            if (cumulative > uniform) {
                return id;
            }
        }
        // The sum may round to just below 1, and the draw may lie above it.
        return last;
    }
}
