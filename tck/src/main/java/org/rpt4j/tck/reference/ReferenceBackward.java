package org.rpt4j.tck.reference;

import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;

/**
 * The hand-written derivative of {@link ReferenceForward}: from gradients of the logits to gradients of every weight.
 * Reads top down like the chain rule, from the head to the embedding. Not thread-safe.
 */
public final class ReferenceBackward {

    private final ReferenceForward forward;
    private final ModelConfig config;
    private final WeightLayout layout;
    private final double[][] weights;
    private final double[][] gradients;

    private ReferenceBackward(ReferenceForward forward, double[][] gradients) {
        this.forward = forward;
        this.config = forward.model().config();
        this.layout = forward.model().layout();
        this.weights = forward.model().weights();
        this.gradients = gradients;
    }

    /**
     * Adds dL/dW to {@code gradients}.
     *
     * @param dLogits dL/dlogits per position, [positions][V]; an empty row for unused logits
     * @param gradients one array per weight, in the order of the layout
     */
    public static void add(ReferenceForward forward, double[][] dLogits, double[][] gradients) {
        if (dLogits.length != forward.length()) {
            throw new IllegalArgumentException(
                    "dLogits has " + dLogits.length + " rows for " + forward.length() + " positions");
        }
        new ReferenceBackward(forward, gradients).run(dLogits);
    }

    private void run(double[][] dLogits) {
        double[][] d = head(dLogits);
        for (int layer = config.layers() - 1; layer >= 0; layer--) {
            d = attentionBlock(layer, feedForwardBlock(layer, d));
        }
        int hidden = config.hiddenSize();
        for (int t = 0; t < d.length; t++) {
            int row = forward.token(t) * hidden;
            for (int i = 0; i < hidden; i++) {
                gradients[WeightLayout.EMBEDDING][row + i] += config.switches().embeddingScale() * d[t][i];
            }
        }
    }

    private double[][] head(double[][] dLogits) {
        double[][] d = new double[dLogits.length][config.hiddenSize()];
        for (int t = 0; t < d.length; t++) {
            if (dLogits[t].length == 0) {
                continue;
            }
            double[] dNormed = new double[config.hiddenSize()];
            Linear.backward(
                    weights[layout.head()],
                    forward.finalNormed(t),
                    dLogits[t],
                    gradients[layout.head()],
                    null,
                    dNormed);
            RmsNorm.backward(
                    forward.finalNorm(),
                    config.normEpsilon(),
                    forward.output(t),
                    dNormed,
                    gradients[WeightLayout.FINAL_NORM],
                    d[t]);
        }
        return d;
    }

    /** Propagates the gradient after the layer to the residual stream between attention and feed-forward. */
    private double[][] feedForwardBlock(int layer, double[][] dOutput) {
        LayerWeights w = LayerWeights.of(forward.model(), layer);
        LayerWeights g = LayerWeights.gradients(layout, layer, gradients);
        double[][] dMiddle = new double[dOutput.length][];
        for (int t = 0; t < dOutput.length; t++) {
            LayerState s = forward.state(layer, t);
            double[] dLowered = RmsNorm.backwardIfAny(
                    w.feedForwardNorm, config.normEpsilon(), s.lowered, dOutput[t], g.feedForwardNorm);
            double[] dNormed = new double[config.hiddenSize()];
            s.feedForward.backward(dLowered, gradients, dNormed);
            dMiddle[t] = sum(
                    dOutput[t], RmsNorm.backwardIfAny(w.postNorm, config.normEpsilon(), s.middle, dNormed, g.postNorm));
        }
        return dMiddle;
    }

    /** Propagates the gradient between attention and feed-forward to the residual stream before the layer. */
    private double[][] attentionBlock(int layer, double[][] dMiddle) {
        LayerWeights w = LayerWeights.of(forward.model(), layer);
        LayerWeights g = LayerWeights.gradients(layout, layer, gradients);
        int positions = dMiddle.length;
        double[][] dQueries = new double[positions][config.heads() * config.headSize()];
        double[][] dKeys = new double[positions][config.keyValueHeads() * config.headSize()];
        double[][] dValues = new double[positions][config.keyValueHeads() * config.headSize()];
        for (int t = 0; t < positions; t++) {
            LayerState s = forward.state(layer, t);
            double[] dAttended = RmsNorm.backwardIfAny(
                    w.attentionNorm, config.normEpsilon(), s.attended, dMiddle[t], g.attentionNorm);
            double[] dMixed = new double[s.mixed.length];
            Linear.backward(w.output, s.mixed, dAttended, g.output, g.outputBias, dMixed);
            forward.attention(layer)
                    .backward(
                            s.query,
                            forward.keys(layer),
                            forward.values(layer),
                            forward.attention(layer)
                                    .weights(s.query, forward.keys(layer).subList(0, t + 1)),
                            dMixed,
                            dQueries[t],
                            dKeys,
                            dValues);
        }
        double[][] dInput = new double[positions][];
        for (int t = 0; t < positions; t++) {
            LayerState s = forward.state(layer, t);
            double[] dQuery = beforeRotation(layer, s.rawQuery, dQueries[t], t, w.queryNorm, g.queryNorm);
            double[] dKey = beforeRotation(layer, s.rawKey, dKeys[t], t, w.keyNorm, g.keyNorm);
            double[] dNormed = new double[config.hiddenSize()];
            Linear.backward(w.query, s.normed, dQuery, g.query, g.queryBias, dNormed);
            Linear.backward(w.key, s.normed, dKey, g.key, g.keyBias, dNormed);
            Linear.backward(w.value, s.normed, dValues[t], g.value, g.valueBias, dNormed);
            dInput[t] = sum(
                    dMiddle[t],
                    RmsNorm.backwardIfAny(w.inputNorm, config.normEpsilon(), s.input, dNormed, g.inputNorm));
        }
        return dInput;
    }

    /** Propagates the gradient of a rotated query or key to its projection, through the norm if there is one. */
    private double[] beforeRotation(
            int layer,
            double[] raw,
            double[] dRotated,
            int position,
            double @Nullable [] norm,
            double @Nullable [] dNorm) {
        double[] d = forward.rotary(layer).rotateBack(dRotated, position);
        return RmsNorm.backwardIfAny(norm, config.normEpsilon(), raw, d, dNorm);
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
