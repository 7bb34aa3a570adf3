package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The feed-forward of one layer at one position: y = down(g(gate x) * up x), or the weighted sum of the y of the experts
 * that the router chooses, see {@link Experts}. Keeps what the backward pass reads.
 */
final class FeedForward {

    /** What one feed-forward computes. */
    private static final class Part {

        /** Where its gate, up and down stand in the layout. */
        final Weights weights;
        /** Factor of its output. */
        final double share;
        /** Gate and up projection, and activated gate times up, [width] each. */
        final double[] gate;

        final double[] up;
        final double[] hidden;
        /** Down projection, [hidden]. */
        final double[] output;

        Part(Weights weights, double share, double[] gate, double[] up, double[] hidden, double[] output) {
            this.weights = weights;
            this.share = share;
            this.gate = gate;
            this.up = up;
            this.hidden = hidden;
            this.output = output;
        }
    }

    /** Indices of the three matrices of a feed-forward in the layout. */
    private record Weights(int gate, int up, int down) {}

    private final ReferenceModel model;
    private final GatedActivation activation;
    private final int layer;
    private final double[] x;
    private final Routing routing;
    private final List<Part> parts = new ArrayList<>();

    FeedForward(ReferenceModel model, GatedActivation activation, int layer, double[] x) {
        this.model = model;
        this.activation = activation;
        this.layer = layer;
        this.x = x;
        ModelConfig config = model.config();
        WeightLayout layout = model.layout();
        if (!config.hasExperts(layer)) {
            this.routing = Routing.NONE;
            parts.add(part(
                    new Weights(
                            layout.index(layer, LayerWeight.GATE),
                            layout.index(layer, LayerWeight.UP),
                            layout.index(layer, LayerWeight.DOWN)),
                    1));
            return;
        }
        double[] logits = Linear.apply(model.layer(layer, LayerWeight.ROUTER), null, x);
        this.routing = Routing.of(logits, config.switches().experts());
        for (int i = 0; i < routing.chosen().length; i++) {
            int expert = routing.chosen()[i];
            parts.add(part(
                    new Weights(
                            layout.index(layer, expert, LayerWeight.GATE),
                            layout.index(layer, expert, LayerWeight.UP),
                            layout.index(layer, expert, LayerWeight.DOWN)),
                    routing.shares()[i]));
        }
    }

    private Part part(Weights at, double share) {
        double[] gate = Linear.apply(model.weights()[at.gate], null, x);
        double[] up = Linear.apply(model.weights()[at.up], null, x);
        double[] hidden = activation.apply(gate, up);
        return new Part(at, share, gate, up, hidden, Linear.apply(model.weights()[at.down], null, hidden));
    }

    /** Returns y, [hidden]. */
    double[] output() {
        double[] sum = new double[x.length];
        for (Part part : parts) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part.share * part.output[i];
            }
        }
        return sum;
    }

    /** Adds dL/dW to the gradients of the model, and dL/dx to {@code dx}. */
    void backward(double[] dOutput, double[][] gradients, double[] dx) {
        double[][] weights = model.weights();
        double[] dShares = new double[parts.size()];
        for (int p = 0; p < dShares.length; p++) {
            Part part = parts.get(p);
            double[] scaled = new double[dOutput.length];
            for (int i = 0; i < scaled.length; i++) {
                dShares[p] += dOutput[i] * part.output[i];
                scaled[i] = part.share * dOutput[i];
            }
            double[] dHidden = new double[part.hidden.length];
            Weights at = part.weights;
            Linear.backward(weights[at.down], part.hidden, scaled, gradients[at.down], null, dHidden);
            double[] dGate = new double[dHidden.length];
            double[] dUp = new double[dHidden.length];
            activation.backward(part.gate, part.up, dHidden, dGate, dUp);
            Linear.backward(weights[at.gate], x, dGate, gradients[at.gate], null, dx);
            Linear.backward(weights[at.up], x, dUp, gradients[at.up], null, dx);
        }
        if (routing != Routing.NONE) {
            int router = model.layout().index(layer, LayerWeight.ROUTER);
            Linear.backward(weights[router], x, routing.backward(dShares), gradients[router], null, dx);
        }
    }
}
