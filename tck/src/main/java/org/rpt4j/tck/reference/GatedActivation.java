package org.rpt4j.tck.reference;

import org.rpt4j.model.format.DecoderSwitches.Activation;

/**
 * The gated feed-forward activation g(gate) * up. Both activations are x sigmoid(z): z = x for SiLU, and z = 2 sqrt(2 /
 * pi) (x + 0.044715 x^3) for GELU by tanh, because (1 + tanh(u)) / 2 = sigmoid(2 u).
 */
final class GatedActivation {

    private static final double SLOPE = 2 * Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private final boolean gelu;

    GatedActivation(Activation activation) {
        this.gelu = activation == Activation.GELU_TANH;
    }

    double[] apply(double[] gate, double[] up) {
        double[] hidden = new double[gate.length];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = gate[i] * sigmoid(inner(gate[i])) * up[i];
        }
        return hidden;
    }

    void backward(double[] gate, double[] up, double[] dHidden, double[] dGate, double[] dUp) {
        for (int i = 0; i < gate.length; i++) {
            double s = sigmoid(inner(gate[i]));
            dUp[i] = dHidden[i] * gate[i] * s;
            dGate[i] = dHidden[i] * up[i] * s * (1 + gate[i] * (1 - s) * slope(gate[i]));
        }
    }

    private double inner(double x) {
        return gelu ? SLOPE * (x + CUBIC * x * x * x) : x;
    }

    private double slope(double x) {
        return gelu ? SLOPE * (1 + 3 * CUBIC * x * x) : 1;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
