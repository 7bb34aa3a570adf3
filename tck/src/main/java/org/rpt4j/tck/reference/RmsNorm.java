package org.rpt4j.tck.reference;

import org.jspecify.annotations.Nullable;

/**
 * Computes y = w x / sqrt(mean(x^2) + epsilon) over consecutive slices of x, each as long as w: one slice for the
 * residual stream, one per head for query and key norms, or one for all heads.
 */
final class RmsNorm {

    private RmsNorm() {}

    static double[] apply(double[] weight, double epsilon, double[] x) {
        int size = weight.length;
        double[] y = new double[x.length];
        for (int start = 0; start < x.length; start += size) {
            double scale = scale(x, start, size, epsilon);
            for (int i = 0; i < size; i++) {
                y[start + i] = weight[i] * x[start + i] * scale;
            }
        }
        return y;
    }

    /** As {@link #apply}, or x itself without weights. */
    static double[] applyIfAny(double @Nullable [] weight, double epsilon, double[] x) {
        return weight == null ? x : apply(weight, epsilon, x);
    }

    /** As {@link #backward} with a new dL/dx, or dL/dy itself without weights. */
    static double[] backwardIfAny(
            double @Nullable [] weight, double epsilon, double[] x, double[] dy, double @Nullable [] dWeight) {
        if (weight == null || dWeight == null) {
            return dy;
        }
        double[] dx = new double[x.length];
        backward(weight, epsilon, x, dy, dWeight, dx);
        return dx;
    }

    /** Adds dL/dw to {@code dWeight} and dL/dx to {@code dx}. */
    static void backward(double[] weight, double epsilon, double[] x, double[] dy, double[] dWeight, double[] dx) {
        int size = weight.length;
        for (int start = 0; start < x.length; start += size) {
            double scale = scale(x, start, size, epsilon);
            double projection = 0;
            for (int i = 0; i < size; i++) {
                dWeight[i] += dy[start + i] * x[start + i] * scale;
                projection += dy[start + i] * weight[i] * x[start + i];
            }
            double along = projection * scale * scale * scale / size;
            for (int i = 0; i < size; i++) {
                dx[start + i] += dy[start + i] * weight[i] * scale - x[start + i] * along;
            }
        }
    }

    private static double scale(double[] x, int start, int size, double epsilon) {
        double squares = 0;
        for (int i = 0; i < size; i++) {
            squares += x[start + i] * x[start + i];
        }
        return 1 / Math.sqrt(squares / size + epsilon);
    }
}
