package org.rpt4j.tck.reference;

/** The gated feed-forward activation silu(gate) * up with silu(x) = x sigmoid(x). */
final class Silu {

    private Silu() {}

    static double[] apply(double[] gate, double[] up) {
        double[] hidden = new double[gate.length];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = gate[i] * sigmoid(gate[i]) * up[i];
        }
        return hidden;
    }

    static void backward(double[] gate, double[] up, double[] dHidden, double[] dGate, double[] dUp) {
        for (int i = 0; i < gate.length; i++) {
            double s = sigmoid(gate[i]);
            dUp[i] = dHidden[i] * gate[i] * s;
            dGate[i] = dHidden[i] * up[i] * s * (1 + gate[i] * (1 - s));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
