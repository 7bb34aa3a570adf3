package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.model.format.ModelConfig;

/**
 * Causal grouped-query attention at one position: softmax(scale q k) v over this and all earlier positions, or the last
 * of them if the layer has a window.
 */
final class Attention {

    private final int heads;
    private final int queriesPerKey;
    private final int size;
    private final double scale;

    private final int window;

    Attention(ModelConfig config, int layer) {
        this.heads = config.heads();
        this.queriesPerKey = config.heads() / config.keyValueHeads();
        this.size = config.headSize();
        this.scale = config.switches().attentionScale();
        this.window = config.layer(layer).window();
    }

    /** Computes attention weights [heads][positions], 0 outside the window; {@code keys} ends with the position itself. */
    double[][] weights(double[] query, List<double[]> keys) {
        double[][] weights = new double[heads][keys.size()];
        for (int h = 0; h < heads; h++) {
            for (int s = 0; s < keys.size(); s++) {
                boolean seen = window == 0 || keys.size() - s <= window;
                weights[h][s] =
                        seen ? scale * dot(query, h * size, keys.get(s), keyStart(h)) : Double.NEGATIVE_INFINITY;
            }
            weights[h] = Softmax.probabilities(weights[h], 1);
        }
        return weights;
    }

    /** Computes the weighted values, head by head. */
    double[] mix(double[][] weights, List<double[]> values) {
        double[] mixed = new double[heads * size];
        for (int h = 0; h < heads; h++) {
            for (int s = 0; s < weights[h].length; s++) {
                for (int i = 0; i < size; i++) {
                    mixed[h * size + i] += weights[h][s] * values.get(s)[keyStart(h) + i];
                }
            }
        }
        return mixed;
    }

    /** Adds the gradients of one position's output to its query and to the keys and values that it attended to. */
    void backward(
            double[] query,
            List<double[]> keys,
            List<double[]> values,
            double[][] weights,
            double[] dMixed,
            double[] dQuery,
            double[][] dKeys,
            double[][] dValues) {
        for (int h = 0; h < heads; h++) {
            int key = keyStart(h);
            double[] w = weights[h];
            double[] dw = new double[w.length];
            double expected = 0;
            for (int s = 0; s < w.length; s++) {
                dw[s] = dot(dMixed, h * size, values.get(s), key);
                expected += w[s] * dw[s];
            }
            for (int s = 0; s < w.length; s++) {
                double dScore = scale * w[s] * (dw[s] - expected);
                for (int i = 0; i < size; i++) {
                    dValues[s][key + i] += w[s] * dMixed[h * size + i];
                    dQuery[h * size + i] += dScore * keys.get(s)[key + i];
                    dKeys[s][key + i] += dScore * query[h * size + i];
                }
            }
        }
    }

    private int keyStart(int head) {
        return head / queriesPerKey * size;
    }

    private double dot(double[] a, int aStart, double[] b, int bStart) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return sum;
    }
}
