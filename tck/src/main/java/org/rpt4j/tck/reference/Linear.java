package org.rpt4j.tck.reference;

import org.jspecify.annotations.Nullable;

/** Computes y = W x + b with W [out, in] in row-major order. */
final class Linear {

    private Linear() {}

    static double[] apply(double[] weight, double @Nullable [] bias, double[] x) {
        int in = x.length;
        double[] y = new double[weight.length / in];
        for (int o = 0; o < y.length; o++) {
            double sum = bias == null ? 0 : bias[o];
            for (int i = 0; i < in; i++) {
                sum += weight[o * in + i] * x[i];
            }
            y[o] = sum;
        }
        return y;
    }

    /** Adds dL/dW and dL/db to the gradients and dL/dx to {@code dx}. */
    static void backward(
            double[] weight, double[] x, double[] dy, double[] dWeight, double @Nullable [] dBias, double[] dx) {
        int in = x.length;
        for (int o = 0; o < dy.length; o++) {
            double d = dy[o];
            if (d == 0) {
                continue;
            }
            if (dBias != null) {
                dBias[o] += d;
            }
            for (int i = 0; i < in; i++) {
                dWeight[o * in + i] += d * x[i];
                dx[i] += d * weight[o * in + i];
            }
        }
    }
}
