package org.rpt4j.samples.examples;

/** Distributions over logits, for {@link OwnBackend}. Stateless. */
final class OwnSoftmax {

    private OwnSoftmax() {}

    /** Softmax of logits / temperature. The largest logit is subtracted first, so that no exponential overflows. */
    static double[] probabilities(double[] logits, double temperature) {
        double largest = logits[argmax(logits)];
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp((logits[i] - largest) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** Logarithm of the softmax at one id, exact for improbable ids, too. */
    static double logProb(double[] logits, int id, double temperature) {
        double largest = logits[argmax(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp((logit - largest) / temperature);
        }
        return (logits[id] - largest) / temperature - Math.log(sum);
    }

    /** The lowest id among the largest logits. */
    static int argmax(double[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    /** The lowest id whose cumulative probability exceeds a number in [0, 1). */
    static int inverse(double[] probabilities, double uniform) {
        double cumulative = 0;
        int last = 0;
        for (int id = 0; id < probabilities.length; id++) {
            cumulative += probabilities[id];
            last = probabilities[id] > 0 ? id : last;
            if (cumulative > uniform) {
                return id;
            }
        }
        // The sum may round to just below 1, and the number may lie above it.
        return last;
    }
}
