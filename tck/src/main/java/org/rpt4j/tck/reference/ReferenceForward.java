package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;

/**
 * A sequence that grows token by token. Every activation is kept: keys and values are the KV cache of the next token,
 * and {@link ReferenceBackward} needs all of them. The last layer computes more than keys and values only where somebody
 * reads it, so a long prompt is cheap for a model of one layer. Reads the current weights at each call; not thread-safe.
 */
public final class ReferenceForward {

    private final ReferenceModel model;
    private final ModelConfig config;
    private final List<Rotary> rotaries = new ArrayList<>();
    private final List<Attention> attentions = new ArrayList<>();
    private final GatedActivation activation;
    private final List<Integer> tokens = new ArrayList<>();
    /** What enters each layer, [layer][position]. */
    private final List<List<double[]>> inputs = new ArrayList<>();
    /** Indexed by [layer][position]; null in the last layer until somebody reads it. */
    private final List<List<@Nullable LayerState>> states = new ArrayList<>();

    private final List<List<double[]>> keys = new ArrayList<>();
    private final List<List<double[]>> values = new ArrayList<>();

    /** Creates an empty sequence. */
    public ReferenceForward(ReferenceModel model) {
        this.model = model;
        this.config = model.config();
        this.activation = new GatedActivation(config.switches().activation());
        for (int layer = 0; layer < config.layers(); layer++) {
            rotaries.add(new Rotary(config, config.layer(layer).rotation()));
            attentions.add(new Attention(config, layer));
            inputs.add(new ArrayList<>());
            states.add(new ArrayList<>());
            keys.add(new ArrayList<>());
            values.add(new ArrayList<>());
        }
    }

    /** Appends tokens. */
    public ReferenceForward append(int... next) {
        for (int token : next) {
            appendOne(token);
        }
        return this;
    }

    /** Forgets all tokens but the first. */
    void truncate(int length) {
        forget(tokens, length);
        for (int layer = 0; layer < config.layers(); layer++) {
            forget(inputs.get(layer), length);
            forget(states.get(layer), length);
            forget(keys.get(layer), length);
            forget(values.get(layer), length);
        }
    }

    private static void forget(List<?> all, int kept) {
        all.subList(kept, all.size()).clear();
    }

    /** Returns the number of tokens so far. */
    public int length() {
        return tokens.size();
    }

    /**
     * Returns the logits that predict the token after {@code position}, [V]; negative infinity where no token has the
     * id.
     *
     * @throws NumericalException if one does not fit into float32: what no backend can compute, the reference refuses
     */
    public double[] logits(int position) {
        double[] logits = Linear.apply(model.weights()[model.layout().head()], null, finalNormed(position));
        for (int id = 0; id < logits.length; id++) {
            if (!(Math.abs(logits[id]) <= Float.MAX_VALUE)) {
                throw new NumericalException("the logit of id " + id + " after token " + position + " is " + logits[id]
                        + ", not a finite number in single precision");
            }
        }
        model.absentTokens().hide(logits);
        return logits;
    }

    private void appendOne(int token) {
        int position = tokens.size();
        tokens.add(token);
        double[] x = embedding(token);
        for (int layer = 0; layer < config.layers(); layer++) {
            inputs.get(layer).add(x);
            states.get(layer).add(null);
            appendKeyAndValue(layer, position);
            if (layer + 1 < config.layers()) {
                x = output(layer, position);
            }
        }
    }

    private void appendKeyAndValue(int layer, int position) {
        LayerWeights w = weights(layer);
        double[] normed = normed(w, layer, position);
        double[] rawKey = Linear.apply(w.key, w.keyBias, normed);
        double[] key = RmsNorm.applyIfAny(w.keyNorm, config.normEpsilon(), rawKey);
        keys.get(layer).add(rotary(layer).rotate(key, position));
        values.get(layer).add(Linear.apply(w.value, w.valueBias, normed));
    }

    private double[] normed(LayerWeights w, int layer, int position) {
        return RmsNorm.applyIfAny(
                w.inputNorm, config.normEpsilon(), inputs.get(layer).get(position));
    }

    private LayerState compute(int layer, int position) {
        LayerWeights w = weights(layer);
        double epsilon = config.normEpsilon();
        double[] input = inputs.get(layer).get(position);
        double[] normed = normed(w, layer, position);
        double[] rawQuery = Linear.apply(w.query, w.queryBias, normed);
        double[] rawKey = Linear.apply(w.key, w.keyBias, normed);
        double[] query = rotary(layer).rotate(RmsNorm.applyIfAny(w.queryNorm, epsilon, rawQuery), position);
        double[][] shares = attention(layer).weights(query, keys.get(layer).subList(0, position + 1));
        double[] mixed = attention(layer).mix(shares, values.get(layer));
        double[] attended = Linear.apply(w.output, w.outputBias, mixed);
        double[] middle = sum(input, RmsNorm.applyIfAny(w.attentionNorm, epsilon, attended));
        double[] middleNormed = RmsNorm.applyIfAny(w.postNorm, epsilon, middle);
        return new LayerState(
                input,
                normed,
                rawQuery,
                rawKey,
                query,
                mixed,
                attended,
                middle,
                new FeedForward(model, activation, layer, middleNormed));
    }

    ReferenceModel model() {
        return model;
    }

    Rotary rotary(int layer) {
        return rotaries.get(layer);
    }

    Attention attention(int layer) {
        return attentions.get(layer);
    }

    int token(int position) {
        return tokens.get(position);
    }

    LayerState state(int layer, int position) {
        LayerState state = states.get(layer).get(position);
        if (state == null) {
            state = compute(layer, position);
            states.get(layer).set(position, state);
        }
        return state;
    }

    List<double[]> keys(int layer) {
        return keys.get(layer);
    }

    List<double[]> values(int layer) {
        return values.get(layer);
    }

    /** Returns the residual stream after the last layer. */
    double[] output(int position) {
        return output(config.layers() - 1, position);
    }

    private double[] output(int layer, int position) {
        LayerState state = state(layer, position);
        return sum(
                state.middle, RmsNorm.applyIfAny(weights(layer).feedForwardNorm, config.normEpsilon(), state.lowered));
    }

    double[] finalNormed(int position) {
        return RmsNorm.apply(finalNorm(), config.normEpsilon(), output(position));
    }

    /** Returns what the final norm multiplies by. */
    double[] finalNorm() {
        return LayerWeights.factors(
                model.weights()[WeightLayout.FINAL_NORM], config.switches().normAddsOne());
    }

    private LayerWeights weights(int layer) {
        return LayerWeights.of(model, layer);
    }

    private double[] embedding(int token) {
        int hidden = config.hiddenSize();
        double[] row = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            row[i] = config.switches().embeddingScale() * model.weights()[WeightLayout.EMBEDDING][token * hidden + i];
        }
        return row;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
