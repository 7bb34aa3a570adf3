package org.rpt4j.samples.examples;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.spi.kit.Interrupts;

/**
 * One text in the decoder of Llama, Qwen 2 and Qwen 3: grows token by token, and keeps the keys and values of every
 * token. All numbers of the network come from the configuration. Not thread-safe.
 */
final class OwnDecoder {

    private final OwnWeights weights;
    private final ModelConfig config;
    private final double[] frequencies;
    /** Keys and values of all tokens, [layer][token * width]; they grow with the text. */
    private final float[][] keys;

    private final float[][] values;
    private double[] stream = new double[0];
    private int length;

    OwnDecoder(OwnWeights weights) {
        this.weights = weights;
        this.config = weights.config();
        this.frequencies = config.rotaryFrequencies(DecoderSwitches.Rotation.GLOBAL);
        this.keys = new float[config.layers()][0];
        this.values = new float[config.layers()][0];
    }

    /** Forgets everything after the first {@code length} tokens. */
    void rewind(int length) {
        this.length = length;
    }

    /** Reads tokens, at least one, and returns the logits that predict the next, [V]; minus infinity for ids without a token. */
    double[] read(int... tokens) {
        for (int i = 0; i < tokens.length; i++) {
            Interrupts.check("reading tokens");
            append(tokens[i], i == tokens.length - 1);
        }
        double[] logits = project(weights.head(), null, norm(weights.finalNorm(), stream));
        for (int id = 0; id < logits.length; id++) {
            // Logits are single precision: what does not fit becomes infinite, and the kit refuses it.
            logits[id] = (float) logits[id];
        }
        weights.absentTokens().hide(logits);
        return logits;
    }

    private void append(int token, boolean last) {
        stream = new double[config.hiddenSize()];
        for (int i = 0; i < stream.length; i++) {
            stream[i] = weights.embedding()[token * stream.length + i];
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            double[] x = norm(weights.get(layer, LayerWeight.INPUT_NORM), stream);
            remember(layer, x);
            // Nobody reads what the last layer makes of earlier tokens.
            if (last || layer < config.layers() - 1) {
                attend(layer, x);
                feedForward(layer);
            }
        }
        length++;
    }

    private void remember(int layer, double[] x) {
        double[] key = project(layer, LayerWeight.KEY, LayerWeight.KEY_BIAS, x);
        double[] value = project(layer, LayerWeight.VALUE, LayerWeight.VALUE_BIAS, x);
        keys[layer] = store(keys[layer], rotate(normIfAny(layer, LayerWeight.KEY_NORM, key)));
        values[layer] = store(values[layer], value);
    }

    private void attend(int layer, double[] x) {
        double[] query = project(layer, LayerWeight.QUERY, LayerWeight.QUERY_BIAS, x);
        double[] mixed = mix(layer, rotate(normIfAny(layer, LayerWeight.QUERY_NORM, query)));
        add(project(layer, LayerWeight.OUTPUT, LayerWeight.OUTPUT_BIAS, mixed));
    }

    private void feedForward(int layer) {
        double[] x = norm(weights.get(layer, LayerWeight.POST_NORM), stream);
        double[] gate = project(weights.get(layer, LayerWeight.GATE), null, x);
        double[] up = project(weights.get(layer, LayerWeight.UP), null, x);
        for (int i = 0; i < up.length; i++) {
            up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
        }
        add(project(weights.get(layer, LayerWeight.DOWN), null, up));
    }

    private void add(double[] more) {
        for (int i = 0; i < stream.length; i++) {
            stream[i] += more[i];
        }
    }

    /** Softmax of query times keys, times values; several query heads share a key head. */
    private double[] mix(int layer, double[] query) {
        int size = config.headSize();
        int width = config.keyValueHeads() * size;
        float[] key = keys[layer];
        float[] value = values[layer];
        double[] mixed = new double[query.length];
        double[] scores = new double[length + 1];
        for (int head = 0; head < config.heads(); head++) {
            int from = head * size;
            int shared = head / (config.heads() / config.keyValueHeads()) * size;
            for (int t = 0; t <= length; t++) {
                double score = 0;
                for (int i = 0; i < size; i++) {
                    score += query[from + i] * key[t * width + shared + i];
                }
                scores[t] = score / Math.sqrt(size);
            }
            double[] share = OwnSoftmax.probabilities(scores, 1);
            for (int t = 0; t <= length; t++) {
                for (int i = 0; i < size; i++) {
                    mixed[from + i] += share[t] * value[t * width + shared + i];
                }
            }
        }
        return mixed;
    }

    private double[] rotate(double[] heads) {
        int half = frequencies.length;
        for (int from = 0; from < heads.length; from += 2 * half) {
            for (int i = 0; i < half; i++) {
                double cos = Math.cos(length * frequencies[i]);
                double sin = Math.sin(length * frequencies[i]);
                double a = heads[from + i];
                double b = heads[from + half + i];
                heads[from + i] = a * cos - b * sin;
                heads[from + half + i] = b * cos + a * sin;
            }
        }
        return heads;
    }

    private float[] store(float[] all, double[] one) {
        int end = (length + 1) * one.length;
        float[] room = end <= all.length ? all : Arrays.copyOf(all, 2 * end);
        for (int i = 0; i < one.length; i++) {
            room[end - one.length + i] = (float) one[i];
        }
        return room;
    }

    private double[] normIfAny(int layer, LayerWeight norm, double[] x) {
        float[] weight = weights.find(layer, norm);
        return weight == null ? x : norm(weight, x);
    }

    /** RMSNorm of each slice as long as the weight. */
    private double[] norm(float[] weight, double[] x) {
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += weight.length) {
            double squares = 0;
            for (int i = 0; i < weight.length; i++) {
                squares += x[from + i] * x[from + i];
            }
            double scale = 1 / Math.sqrt(squares / weight.length + config.normEpsilon());
            for (int i = 0; i < weight.length; i++) {
                y[from + i] = weight[i] * x[from + i] * scale;
            }
        }
        return y;
    }

    private double[] project(int layer, LayerWeight matrix, LayerWeight bias, double[] x) {
        return project(weights.get(layer, matrix), weights.find(layer, bias), x);
    }

    private static double[] project(float[] matrix, float @Nullable [] bias, double[] x) {
        double[] y = new double[matrix.length / x.length];
        for (int row = 0; row < y.length; row++) {
            double sum = bias == null ? 0 : bias[row];
            for (int i = 0; i < x.length; i++) {
                sum += matrix[row * x.length + i] * x[i];
            }
            y[row] = sum;
        }
        return y;
    }
}
