package org.rpt4j.backend.onnx;

import java.nio.FloatBuffer;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.spi.kit.InputLimits;

/**
 * The distribution of the next token in double precision: softmax(logits / temperature). Logits that are not finite make
 * every log-probability NaN, which whoever records it refuses. Not thread-safe.
 */
final class NextToken {

    private final double[] weights;
    private final double temperature;
    private final AbsentTokens absentTokens;
    private double largest;
    private double sum;

    /**
     * Creates a distribution over the ids of a model that have a token.
     *
     * @param temperature divides the logits; positive
     */
    NextToken(InputLimits limits, double temperature) {
        this.weights = new double[limits.vocabularySize()];
        this.absentTokens = limits.absentTokens();
        this.temperature = temperature;
    }

    /** Loads the logits of one row, [V] starting at {@code row * V}. */
    NextToken read(FloatBuffer logits, int row) {
        int start = row * weights.length;
        largest = Double.NEGATIVE_INFINITY;
        for (int id = 0; id < weights.length; id++) {
            weights[id] = logits.get(start + id);
        }
        absentTokens.hide(weights);
        for (double logit : weights) {
            largest = Math.max(largest, logit);
        }
        sum = 0;
        for (int id = 0; id < weights.length; id++) {
            weights[id] = Math.exp((weights[id] - largest) / temperature);
            sum += weights[id];
        }
        return this;
    }

    /** Returns the lowest id among the largest logits; 0 if they are not finite, like {@link #inverseCdf}. */
    int argmax() {
        for (int id = 0; id < weights.length; id++) {
            if (weights[id] == 1) {
                return id;
            }
        }
        return 0;
    }

    /** Returns the lowest id whose cumulative probability exceeds a number in [0, 1). */
    int inverseCdf(double uniform) {
        double wanted = uniform * sum;
        double cumulative = 0;
        int last = 0;
        for (int id = 0; id < weights.length; id++) {
            if (weights[id] > 0) {
                cumulative += weights[id];
                last = id;
                if (cumulative > wanted) {
                    return id;
                }
            }
        }
        // The product may round up to the sum itself.
        return last;
    }

    /** Returns ln p of a token, computed from its logit. */
    double logProb(FloatBuffer logits, int row, int token) {
        return (logits.get(row * weights.length + token) - largest) / temperature - Math.log(sum);
    }
}
